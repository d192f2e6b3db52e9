package io.sotto.converter.combine;

import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.MoveLoop;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.PacedStopSignal;
import io.sotto.converter.step.StopSignal;
import io.sotto.natives.Scope;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One party's part of a combine step: the same sums over its own shares, modulo a power of two. */
final class ShareSums {
  /** Numbers at once: what stays in the nearest cache. */
  private static final int BLOCK = 1 << 10;

  private final CombineSpec spec;
  private final List<LongBuffer> terms;
  private final LongBuffer sums;
  private final int images;
  private final PacedStopSignal pace;
  private final long[] sum = new long[BLOCK];
  private final long[] term = new long[BLOCK];

  private ShareSums(CombineSpec spec, List<Shares> inputs, Shares result, StopSignal stop) {
    this.spec = spec;
    this.terms = inputs.stream().map(input -> input.values().longs()).toList();
    this.sums = result.values().longs();
    this.images = result.images();
    this.pace = new PacedStopSignal(stop);
  }

  /**
   * This party's sums.
   *
   * @param constants what is added to each element of the output; null for the party that has none
   */
  static Shares of(
      CombineSpec spec,
      List<Shares> inputs,
      long @Nullable [] constants,
      StopSignal stop,
      Scope scope) {
    Shares result = spec.output().allocate(inputs.get(0).images(), scope);
    ShareSums sums = new ShareSums(spec, inputs, result, stop);
    try {
      for (Move move : spec.moves()) {
        sums.add(move);
      }
      sums.finish(constants);
    } finally {
      Arrays.fill(sums.sum, 0);
      Arrays.fill(sums.term, 0);
    }
    return result;
  }

  private void add(Move move) {
    LongBuffer from = terms.get(move.input());
    long factor = spec.factor(move);
    MoveLoop.run(
        move,
        images,
        pace,
        (out, in, count) ->
            add(from, in * images, factor, out * images, Math.multiplyExact(count, images)));
  }

  /** Numbers that lie next to each other. */
  private void add(LongBuffer from, int first, long factor, int target, int numbers) {
    for (int at = 0; at < numbers; at += BLOCK) {
      int some = Math.min(BLOCK, numbers - at);
      sums.get(target + at, sum, 0, some);
      from.get(first + at, term, 0, some);
      for (int i = 0; i < some; i++) {
        sum[i] += factor * term[i];
      }
      sums.put(target + at, sum, 0, some);
    }
  }

  /** Adds the constants, and takes all modulo the width of the shares. */
  private void finish(long @Nullable [] constants) {
    ShareFormat format = spec.output();
    long mask = format.mask();
    for (int element = 0; element < format.elements(); element++) {
      long constant = constants == null ? 0 : constants[element] << format.guardBits();
      for (int at = 0; at < images; at += BLOCK) {
        int some = Math.min(BLOCK, images - at);
        sums.get(element * images + at, sum, 0, some);
        for (int i = 0; i < some; i++) {
          sum[i] = (sum[i] + constant) & mask;
        }
        sums.put(element * images + at, sum, 0, some);
      }
      pace.computed(images);
    }
  }
}
