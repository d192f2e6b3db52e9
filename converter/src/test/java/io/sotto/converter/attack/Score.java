package io.sotto.converter.attack;

import io.sotto.converter.attack.RoundingAttack.Finding;
import io.sotto.converter.attack.RoundingAttack.Result;
import io.sotto.converter.attack.SmallNetwork.Sensitivity;
import java.util.ArrayList;
import java.util.List;

/**
 * What an attack found, beside what there was.
 *
 * @param active units that certainly move an output, the outputs among them
 * @param found how many of them it found
 * @param wrong how many units it found that can't move any
 * @param weights found ones of active hidden units
 * @param correlation of these weights with the true ones
 */
record Score(int active, int found, int wrong, int weights, double correlation) {

  /** Of a result whose fractions are one a unit. */
  static Score of(Result result, SmallNetwork network, long[] input) {
    Sensitivity truth = network.sensitivity(input);
    int active = 0;
    for (boolean certain : truth.certain()) {
      active += certain ? 1 : 0;
    }
    int found = 0;
    int wrong = 0;
    List<double[]> pairs = new ArrayList<>();
    for (Finding finding : result.findings()) {
      int unit = finding.fraction();
      found += truth.certain()[unit] ? 1 : 0;
      wrong += truth.possible()[unit] ? 0 : 1;
      if (truth.certain()[unit] && unit < network.hidden()) {
        for (int i = 0; i < finding.heights().length; i++) {
          pairs.add(new double[] {finding.heights()[i], truth.slopes()[unit][i]});
        }
      }
    }
    return new Score(active, found, wrong, pairs.size(), correlation(pairs));
  }

  @Override
  public String toString() {
    return "%d of %d active units, %d wrong; %d weights at correlation %.4f"
        .formatted(found, active, wrong, weights, correlation);
  }

  private static double correlation(List<double[]> pairs) {
    double[] mean = new double[2];
    for (double[] pair : pairs) {
      mean[0] += pair[0] / pairs.size();
      mean[1] += pair[1] / pairs.size();
    }
    double both = 0;
    double first = 0;
    double second = 0;
    for (double[] pair : pairs) {
      both += (pair[0] - mean[0]) * (pair[1] - mean[1]);
      first += (pair[0] - mean[0]) * (pair[0] - mean[0]);
      second += (pair[1] - mean[1]) * (pair[1] - mean[1]);
    }
    return both / Math.sqrt(first * second);
  }
}
