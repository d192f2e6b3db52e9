package io.sotto.converter.attack;

import io.sotto.converter.attack.Queries.Query;
import java.util.Arrays;

/**
 * Sums of outputs by where a fraction lies, and what they say about a step: whether an output is
 * another one, in the mean, where a fraction is above a threshold.
 *
 * <p><b>Significance.</b> Let S be the sum of an output's deviations from its mean over the queries
 * in which the fraction is above the threshold. If fractions say nothing of outputs, then given the
 * outputs each query is one of these with probability p, the part of [0, 1) above the threshold, on
 * its own: S is a sum of independent centred variables, with the variance p (1-p) times the sum V
 * of the squared deviations, none larger than M, the largest deviation times max(p, 1-p).
 * Bernstein's inequality bounds the probability that |S| is s or more by 2 exp(-s^2 / 2 / (p (1-p)
 * V + M s / 3)). That is what counts as the p-value here: a bound, not an approximation.
 */
final class StepSums {
  private final int bins;
  private final long[][][] sums;
  private final long[][] counts;
  private final long[] origin;
  private final long[] total;
  private final long[] squares;
  private final long[] least;
  private final long[] most;
  private long queries;

  /**
   * @param bins equal parts of [0, 1), whose inner ends are the thresholds
   */
  StepSums(int fractions, int outputs, int bins) {
    this.bins = bins;
    this.sums = new long[fractions][outputs][bins];
    this.counts = new long[fractions][bins];
    this.origin = new long[outputs];
    this.total = new long[outputs];
    this.squares = new long[outputs];
    this.least = new long[outputs];
    this.most = new long[outputs];
  }

  int fractions() {
    return sums.length;
  }

  int outputs() {
    return total.length;
  }

  void add(Query query) {
    if (queries++ == 0) {
      System.arraycopy(query.outputs(), 0, origin, 0, origin.length);
    }
    long[] values = query.outputs().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] -= origin[i];
      total[i] += values[i];
      squares[i] += values[i] * values[i];
      least[i] = Math.min(least[i], values[i]);
      most[i] = Math.max(most[i], values[i]);
    }
    for (int fraction = 0; fraction < sums.length; fraction++) {
      int bin = (int) (query.fractions()[fraction] * bins);
      counts[fraction][bin]++;
      for (int i = 0; i < values.length; i++) {
        sums[fraction][i][bin] += values[i];
      }
    }
  }

  /** The natural logarithm of the p-value that there is no step at this threshold. */
  double logPValue(int fraction, int output, int threshold) {
    double mean = (double) total[output] / queries;
    double s =
        Math.abs(
            above(sums[fraction][output], threshold) - mean * above(counts[fraction], threshold));
    double p = 1 - (double) threshold / bins;
    double deviations = squares[output] - mean * total[output];
    double largest = Math.max(most[output] - mean, mean - least[output]) * Math.max(p, 1 - p);
    double spread = p * (1 - p) * deviations + largest * s / 3;
    return spread <= 0 ? 0 : Math.min(0, Math.log(2) - s * s / 2 / spread);
  }

  /** The mean below the threshold less that above it. */
  double height(int fraction, int output, int threshold) {
    double above = above(sums[fraction][output], threshold);
    double countAbove = above(counts[fraction], threshold);
    return (total[output] - above) / (queries - countAbove) - above / countAbove;
  }

  private static long above(long[] numbers, int threshold) {
    return Arrays.stream(numbers, threshold, numbers.length).sum();
  }
}
