package io.sotto.converter.combine;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.converter.step.Work;
import io.sotto.gc.channel.Traffic;
import io.sotto.gc.ot.OtTrees;
import java.util.ArrayList;
import java.util.List;

/**
 * Each element of the output is a sum of elements of the inputs, each times a small integer, and of
 * a constant that only the server knows. Nothing is sent.
 *
 * <p>A share modulo {@code 2^b} times a multiple of {@code 2^d} is one modulo {@code 2^(b+d)}; the
 * output's width is at most that of every term.
 *
 * <p><b>Security.</b> The moves are public: they follow from the model's shapes, never its weights.
 *
 * @param moves what is added up; elements that no move reaches are the constant alone
 * @param wraps whether the sums are meant modulo {@code 2^bits} of the output; else they fit
 */
public record CombineSpec(
    List<ExactFormat> inputs, ExactFormat output, List<Move> moves, boolean wraps)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(4, "combine", CombineSpec::read);

  static final int MAX_INPUTS = 64;
  private static final int MAX_MOVES = 1 << 16;

  /** The most elements an image that all moves together add. */
  private static final long MAX_WORK = 1L << 28;

  /** Of sums that fit. */
  public CombineSpec(List<ExactFormat> inputs, ExactFormat output, List<Move> moves) {
    this(inputs, output, moves, false);
  }

  public CombineSpec {
    inputs = List.copyOf(inputs);
    moves = List.copyOf(moves);
    if (inputs.isEmpty() || inputs.size() > MAX_INPUTS) {
      throw new IllegalArgumentException(
          "a combine step has %d inputs; allowed are 1..%d".formatted(inputs.size(), MAX_INPUTS));
    }
    if (moves.size() > MAX_MOVES) {
      throw new IllegalArgumentException(
          "a combine step has %d moves; allowed are up to %d".formatted(moves.size(), MAX_MOVES));
    }
    long work = 0;
    for (Move move : moves) {
      if (move.input() < 0 || move.input() >= inputs.size()) {
        throw new IllegalArgumentException(
            "a move takes input %d of %d".formatted(move.input(), inputs.size()));
      }
      ExactFormat input = inputs.get(move.input());
      move.requireWithin(output.elements(), input.elements());
      work = Math.addExact(work, move.elements());
      int bits = input.bits() + Integer.numberOfTrailingZeros(move.coefficient());
      if (output.bits() > bits) {
        throw new IllegalArgumentException(
            "a term of %d bits can't be part of a sum of %d".formatted(bits, output.bits()));
      }
    }
    if (work > MAX_WORK) {
      throw new IllegalArgumentException(
          "a combine step adds %d elements; allowed are up to %d".formatted(work, MAX_WORK));
    }
  }

  @Override
  public StepKind kind() {
    return KIND;
  }

  @Override
  public Traffic clientTraffic(int images, OtTrees trees) {
    return Traffic.NONE;
  }

  @Override
  public long work() {
    long additions = moves.stream().mapToLong(Move::elements).sum() + output.elements();
    return additions * Work.ADDITION;
  }

  @Override
  public void write(SpecWriter out) {
    out.number(inputs.size());
    for (ExactFormat input : inputs) {
      out.number(input.elements()).number(input.bits()).number(input.fraction());
    }
    out.number(output.elements()).number(output.bits()).number(output.fraction());
    out.number(wraps ? 1 : 0).number(moves.size());
    moves.forEach(move -> move.write(out));
  }

  private static CombineSpec read(SpecReader in) {
    int arity = in.number("a combine step's number of inputs", 1, MAX_INPUTS);
    List<ExactFormat> inputs = new ArrayList<>();
    for (int i = 0; i < arity; i++) {
      inputs.add(format(in));
    }
    ExactFormat output = format(in);
    boolean wraps = in.number("a combine step's kind of sums", 0, 1) == 1;
    int count = in.number("a combine step's moves", 0, MAX_MOVES);
    List<Move> moves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      moves.add(Move.read(in));
    }
    return new CombineSpec(inputs, output, moves, wraps);
  }

  private static ExactFormat format(SpecReader in) {
    return new ExactFormat(
        in.number("a combine step's elements", 1, ShareFormat.MAX_ELEMENTS),
        in.number("a combine step's width", 2, ExactFormat.MAX_BITS),
        in.number("a combine step's fraction", 0, ExactFormat.MAX_BITS));
  }

  @Override
  public ClientStep client() {
    return new CombineClient(this);
  }
}
