package io.sotto.server.compile.formats;

import io.sotto.server.compile.affine.AffineMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the weighted sums of blocks may be, for inputs within bounds. Positions of a convolution
 * that take the same intervals, as most do, are computed once.
 */
final class BlockBounds {
  /** Blocks of fewer rows are computed as fast as they are found. */
  private static final int LEAST_ROWS = 4;

  private final Bounds in;
  private final double unit;
  private final Map<Taken, Bounds> known = new HashMap<>();

  BlockBounds(Bounds in, int weightFraction) {
    this.in = in;
    this.unit = Math.scalb(1.0, -weightFraction);
  }

  /** Weights, and the interval that each column takes. */
  @SuppressWarnings("ArrayRecordComponent") // Compared as it is meant.
  private record Taken(int[] weights, double[] low, double[] high) {
    static Taken of(QuantizedMap.Block block, Bounds in) {
      double[] low = new double[block.refs().length];
      double[] high = new double[block.refs().length];
      for (int k = 0; k < low.length; k++) {
        int ref = block.refs()[k];
        if (ref != AffineMap.ZERO) {
          low[k] = in.low()[ref];
          high[k] = in.high()[ref];
        }
      }
      return new Taken(block.weights(), low, high);
    }

    Bounds sums(int rows, double unit) {
      Bounds sums = new Bounds(new double[rows], new double[rows]);
      int at = 0;
      for (int row = 0; row < rows; row++) {
        double lowest = 0;
        double highest = 0;
        for (int k = 0; k < low.length; k++) {
          double weight = weights[at++] * unit;
          lowest += weight * (weight > 0 ? low[k] : high[k]);
          highest += weight * (weight > 0 ? high[k] : low[k]);
        }
        sums.low()[row] = lowest;
        sums.high()[row] = highest;
      }
      return sums;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Taken taken
          && weights == taken.weights
          && Arrays.equals(low, taken.low)
          && Arrays.equals(high, taken.high);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * System.identityHashCode(weights) + Arrays.hashCode(low))
          + Arrays.hashCode(high);
    }
  }

  Bounds sums(QuantizedMap.Block block) {
    Taken taken = Taken.of(block, in);
    return block.rows() < LEAST_ROWS
        ? taken.sums(block.rows(), unit)
        : known.computeIfAbsent(taken, key -> key.sums(block.rows(), unit));
  }
}
