package io.sotto.converter.combine;

import io.sotto.channel.Traffic;
import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.MoveLoop;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.converter.step.WorkUnits;
import io.sotto.gc.ot.OtTrees;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Each element of the output is a sum of elements of the inputs, each times a small integer, and of
 * a constant that only the server knows. Nothing is sent.
 *
 * <p>A share modulo {@code 2^b} times a multiple of {@code 2^d} is one modulo {@code 2^(b+d)}; the
 * output's width is at most that of every term. Exact shares give exact ones. An output in half
 * cells takes, for each element, at most one term that is in half cells itself, once; exact terms
 * are doubled.
 *
 * <p><b>Security.</b> The moves are public: they follow from the model's shapes, never its weights.
 *
 * @param moves what is added up; elements that no move reaches are the constant alone
 * @param wraps whether the sums are meant modulo {@code 2^bits} of the output; else they fit
 */
public record CombineSpec(
    List<? extends ShareFormat> inputs, ShareFormat output, List<Move> moves, boolean wraps)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(4, "combine", CombineSpec::read);

  static final int MAX_INPUTS = Move.MAX_INPUTS;
  private static final int MAX_MOVES = 1 << 16;

  /** The most elements an image that all moves together add. */
  private static final long MAX_WORK = 1L << 28;

  /** Of sums that fit. */
  public CombineSpec(List<? extends ShareFormat> inputs, ShareFormat output, List<Move> moves) {
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
      ShareFormat input = inputs.get(move.input());
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
    requireOneHalfCellAnElement(inputs, output, moves);
  }

  /** Two terms that may be half a unit off could be a whole one off. */
  private static void requireOneHalfCellAnElement(
      List<? extends ShareFormat> inputs, ShareFormat output, List<Move> moves) {
    BitSet taken = new BitSet();
    for (Move move : moves) {
      if (!(inputs.get(move.input()) instanceof HalfCellFormat)) {
        continue;
      }
      if (!(output instanceof HalfCellFormat) || move.coefficient() != 1) {
        throw new IllegalArgumentException(
            "shares in half cells can be moved as they are, into half cells, and nothing else");
      }
      MoveLoop.run(
          move,
          (out, in, count) -> {
            for (int element = out; element < out + count; element++) {
              if (taken.get(element)) {
                throw new IllegalArgumentException(
                    "element %d would be a sum of two shares in half cells".formatted(element));
              }
            }
            taken.set(out, out + count);
          });
    }
  }

  /** What a term's shares are multiplied with. */
  long factor(Move move) {
    int more = output.guardBits() - inputs.get(move.input()).guardBits();
    return (long) move.coefficient() << more;
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
    return additions * WorkUnits.ADDITION;
  }

  @Override
  public void write(SpecWriter out) {
    out.number(inputs.size());
    inputs.forEach(out::share);
    out.share(output);
    out.number(wraps ? 1 : 0).number(moves.size());
    moves.forEach(move -> move.write(out));
  }

  private static CombineSpec read(SpecReader in) {
    int arity = in.number("a combine step's number of inputs", 1, MAX_INPUTS);
    List<ShareFormat> inputs = new ArrayList<>();
    for (int i = 0; i < arity; i++) {
      inputs.add(in.share("a combine step's input"));
    }
    ShareFormat output = in.share("a combine step's output");
    boolean wraps = in.number("a combine step's kind of sums", 0, 1) == 1;
    int count = in.number("a combine step's moves", 0, MAX_MOVES);
    List<Move> moves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Move move = Move.read(in);
      moves.add(move);
      if (output instanceof HalfCellFormat) {
        in.check(move.elements());
      }
    }
    return new CombineSpec(inputs, output, moves, wraps);
  }

  @Override
  public ClientStep client() {
    return new CombineClient(this);
  }
}
