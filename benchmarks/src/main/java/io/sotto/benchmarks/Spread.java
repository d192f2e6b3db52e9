package io.sotto.benchmarks;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * What repeated measurements of one thing gave.
 *
 * @param iqr the distance between the quartiles, which interpolate between measurements
 */
public record Spread(double median, double min, double max, double iqr) {

  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(
        quantile(sorted, 0.5),
        sorted[0],
        sorted[sorted.length - 1],
        quantile(sorted, 0.75) - quantile(sorted, 0.25));
  }

  /** The spread of a function of each value. */
  public static Spread of(DoubleUnaryOperator function, double... values) {
    return of(Arrays.stream(values).map(function).toArray());
  }

  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
