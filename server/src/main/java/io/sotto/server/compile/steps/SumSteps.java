package io.sotto.server.compile.steps;

import io.sotto.converter.combine.CombineServer;
import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.MoveFinder;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.formats.Formats;
import io.sotto.server.compile.formats.HalfCells;
import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Op.Term;
import io.sotto.server.model.CompileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the steps of sums, in half cells or exact. */
record SumSteps(Formats formats, TakenShares taken) {
  /**
   * A sum's step.
   *
   * @param value that it gives
   */
  CombineServer of(int value, Op.Combine sum) {
    List<Integer> values = sum.inputs();
    if (values.isEmpty()) {
      throw new CompileException(sum.name() + " doesn't depend on any input");
    }
    boolean inHalfCells = formats.halfCells().contains(value);
    ShareFormat to = inHalfCells ? taken.toDrop(value) : formats.of(value).whole();
    List<Move> moves = new ArrayList<>();
    for (Term term : sum.terms()) {
      int fraction =
          inHalfCells ? taken.fraction(term.value()) : formats.of(term.value()).fraction();
      int shift = to.fraction() - fraction - term.exponent();
      int coefficient = Math.multiplyExact(term.coefficient(), 1 << shift);
      moves.addAll(MoveFinder.find(values.indexOf(term.value()), coefficient, term.refs()));
    }
    List<ShareFormat> from = values.stream().map(v -> taken.toAdd(v, to)).toList();
    return new CombineServer(new CombineSpec(from, to, moves), constants(value, sum, to));
  }

  /**
   * What the server adds: of a sum in half cells also by what its rounding differs from that of the
   * linear layers whose results it takes.
   */
  private long @Nullable [] constants(int value, Op.Combine sum, ShareFormat to) {
    HalfCells halfCells = formats.halfCells();
    long[] constants = new long[sum.elements()];
    if (sum.constants() != null) {
      for (int i = 0; i < constants.length; i++) {
        constants[i] = (long) Math.rint(Math.scalb(sum.constants()[i], to.fraction()));
      }
    }
    if (halfCells.contains(value)) {
      Arrays.setAll(constants, i -> constants[i] + half(halfCells.dropped(value)));
      for (Term term : sum.terms()) {
        long half = halfCells.contains(term.value()) ? half(halfCells.dropped(term.value())) : 0;
        for (int i = 0; i < constants.length; i++) {
          constants[i] -= term.refs()[i] == AffineMap.ZERO ? 0 : half;
        }
      }
    }
    return Arrays.stream(constants).allMatch(constant -> constant == 0) ? null : constants;
  }

  /** Half of the unit that is left when so many bits are dropped: with it, dropping rounds. */
  static long half(int dropped) {
    return (1L << dropped) >> 1;
  }
}
