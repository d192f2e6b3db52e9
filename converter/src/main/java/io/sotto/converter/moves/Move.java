package io.sotto.converter.moves;

import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds elements of one input, times a coefficient, to elements of the output: for all combinations
 * of indices below the axes' counts, the element {@code outStart + sum of index * outStride} gets
 * {@code coefficient} times the element {@code inStart + sum of index * inStride}.
 *
 * @param axes the outermost first
 */
public record Move(int input, int coefficient, int outStart, int inStart, List<Axis> axes) {
  /** The most axes of a move. */
  public static final int MAX_AXES = 8;

  /** Inputs are numbered from 0 to below this. */
  public static final int MAX_INPUTS = 64;

  /** Coefficients lie within minus this and this. */
  public static final int MAX_COEFFICIENT = 1 << 24;

  private static final int MAX_STRIDE = 1 << 29;

  /** One loop: how often, and by how much both places advance. */
  public record Axis(int count, int outStride, int inStride) {
    public Axis {
      if (count < 1) {
        throw new IllegalArgumentException("an axis of a move has length " + count);
      }
    }
  }

  public Move {
    axes = List.copyOf(axes);
    if (axes.size() > MAX_AXES) {
      throw new IllegalArgumentException(
          "a move has %d axes; allowed are up to %d".formatted(axes.size(), MAX_AXES));
    }
    if (coefficient == 0 || Math.abs((long) coefficient) > MAX_COEFFICIENT) {
      throw new IllegalArgumentException(
          "a move's coefficient is %d; allowed are 1..%d and their negatives"
              .formatted(coefficient, MAX_COEFFICIENT));
    }
  }

  /** How many elements it moves. */
  public long elements() {
    long count = 1;
    for (Axis axis : axes) {
      count = Math.multiplyExact(count, (long) axis.count);
    }
    return count;
  }

  /**
   * Checks that no index leaves tensors of these sizes, and that the move is in proportion to them.
   */
  public void requireWithin(int outElements, int inElements) {
    long outLow = outStart;
    long outHigh = outStart;
    long inLow = inStart;
    long inHigh = inStart;
    for (Axis axis : axes) {
      long out = (axis.count - 1L) * axis.outStride;
      long in = (axis.count - 1L) * axis.inStride;
      outLow += Math.min(0, out);
      outHigh += Math.max(0, out);
      inLow += Math.min(0, in);
      inHigh += Math.max(0, in);
    }
    if (outLow < 0 || outHigh >= outElements || inLow < 0 || inHigh >= inElements) {
      throw new IllegalArgumentException(
          "a move goes from elements %d..%d to %d..%d; there are %d and %d"
              .formatted(inLow, inHigh, outLow, outHigh, inElements, outElements));
    }
    requireProportion(Math.max(outHigh - outLow, inHigh - inLow) + 1);
  }

  /**
   * A move that gives to each output once, or takes each input once, moves at most as many elements
   * as lie between the first and the last of them. All that have a use are of that kind; without
   * the bound a few bytes of a plan could ask for any number of additions.
   */
  private void requireProportion(long places) {
    for (Axis axis : axes) {
      if (axis.count > 1 && axis.outStride == 0 && axis.inStride == 0) {
        throw new IllegalArgumentException(
            "a move adds the same elements to the same places %d times; allowed is once"
                .formatted(axis.count));
      }
    }
    if (elements() > places) {
      throw new IllegalArgumentException(
          "a move of %d elements reaches %d places; allowed are no more elements than places"
              .formatted(elements(), places));
    }
  }

  public void write(SpecWriter out) {
    out.number(input).signed(coefficient).number(outStart).number(inStart).number(axes.size());
    for (Axis axis : axes) {
      out.number(axis.count).signed(axis.outStride).signed(axis.inStride);
    }
  }

  public static Move read(SpecReader in) {
    int input = in.number("a move's input", 0, MAX_INPUTS);
    int coefficient = in.signed("a move's coefficient", MAX_COEFFICIENT);
    int outStart = in.number("a move's first output", 0, Integer.MAX_VALUE);
    int inStart = in.number("a move's first input", 0, Integer.MAX_VALUE);
    int rank = in.number("a move's axes", 0, MAX_AXES);
    List<Axis> axes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      axes.add(
          new Axis(
              in.number("a move's count", 1, Integer.MAX_VALUE),
              in.signed("a move's stride", MAX_STRIDE),
              in.signed("a move's stride", MAX_STRIDE)));
    }
    return new Move(input, coefficient, outStart, inStart, axes);
  }
}
