package io.sotto.converter.attack;

import io.sotto.converter.attack.Queries.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds active units and their weights from predictions of one input, by a regression of each
 * output on a step of each of the client's fractions, at each of some thresholds.
 *
 * <p>Where the client's rounding reaches a hidden value, that is round(P - fraction) of a P that
 * stays the same: one less where the fraction is above a threshold, and the outputs are less by the
 * unit's weight.
 *
 * <p><b>Significance.</b> If fractions say nothing of outputs, then the attack finds anything at
 * all with at most the probability that it was given: p-values are bounds (see {@link StepSums}),
 * and are multiplied by the number of fractions, outputs and thresholds (Bonferroni).
 */
final class RoundingAttack {
  /** Equal parts of a fraction's range; their ends are the thresholds. */
  static final int BINS = 64;

  private final double significance;

  RoundingAttack(double significance) {
    this.significance = significance;
  }

  /**
   * A fraction on which outputs depend.
   *
   * @param threshold where the outputs step
   * @param logP the decimal logarithm of the clearest step's p-value, corrected for all tried
   * @param heights of the steps of all outputs at the threshold: the weights, in units of the last
   *     place of an output
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Finding(int fraction, double threshold, double logP, double[] heights) {}

  /**
   * What came of it.
   *
   * @param findings by fraction, the lowest first
   * @param answers how many different outputs there were
   * @param least the least {@code logP} of any fraction
   */
  record Result(List<Finding> findings, int answers, double least) {
    Result {
      findings = List.copyOf(findings);
    }

    @Override
    public String toString() {
      double weakest = findings.stream().mapToDouble(Finding::logP).max().orElse(0);
      return "%d findings, p at most 1e%.0f; least p of all 1e%.0f; %,d different answers"
          .formatted(findings.size(), weakest, least, answers);
    }
  }

  Result run(Queries queries, int count) {
    StepSums sums = new StepSums(queries.fractions(), queries.outputs(), BINS);
    Set<List<Long>> answers = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Query query = queries.next();
      sums.add(query);
      answers.add(Arrays.stream(query.outputs()).boxed().toList());
    }
    List<Finding> findings = new ArrayList<>();
    double least = 0;
    for (int fraction = 0; fraction < queries.fractions(); fraction++) {
      Finding clearest = clearest(sums, fraction);
      least = Math.min(least, clearest.logP);
      if (clearest.logP <= Math.log10(significance)) {
        findings.add(clearest);
      }
    }
    return new Result(findings, answers.size(), least);
  }

  private static Finding clearest(StepSums sums, int fraction) {
    double least = 0;
    int threshold = BINS / 2;
    for (int output = 0; output < sums.outputs(); output++) {
      for (int t = 1; t < BINS; t++) {
        double p = sums.logPValue(fraction, output, t);
        if (p < least) {
          least = p;
          threshold = t;
        }
      }
    }
    double tries = (double) sums.fractions() * sums.outputs() * (BINS - 1);
    int at = threshold;
    return new Finding(
        fraction,
        (double) at / BINS,
        Math.min(0, Math.log10(tries) + least / Math.log(10)),
        IntStream.range(0, sums.outputs())
            .mapToDouble(output -> sums.height(fraction, output, at))
            .toArray());
  }
}
