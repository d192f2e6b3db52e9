package io.sotto.converter.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.attack.Queries.Query;
import io.sotto.converter.attack.RoundingAttack.Result;
import io.sotto.converter.attack.SharedQueries.Reveal;
import io.sotto.converter.attack.SmallNetwork.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weights from repeated predictions of one input: by rounding they give themselves away, exact ones
 * say nothing. Both forms are models of the arithmetic.
 */
class RoundingAttackTest {
  private static final double SIGNIFICANCE = 1e-6;
  private static final int QUERIES = 16_384;

  private final RoundingAttack attack = new RoundingAttack(SIGNIFICANCE);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void predictionsByRoundingGiveUnitsAndWeights(long seed) {
    SmallNetwork network = new SmallNetwork(Path.RELU, seed);
    long[] input = SmallNetwork.input(seed);
    Result result = attack.run(queries(network, new RoundingSharing(seed), input), QUERIES);
    Score score = Score.of(result, network, input);
    System.out.printf("rounding, seed %d, %,d queries: %s; %s%n", seed, QUERIES, result, score);
    assertThat(score.found()).isGreaterThanOrEqualTo((int) Math.ceil(0.8 * score.active()));
    assertThat(score.wrong()).isZero();
    assertThat(score.correlation()).isGreaterThan(0.9);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void exactPredictionsGiveNothingWithTenTimesTheQueries(long seed) {
    SmallNetwork network = new SmallNetwork(Path.RELU, seed);
    long[] input = SmallNetwork.input(seed);
    Result result = attack.run(queries(network, new ExactSharing(seed), input), 10 * QUERIES);
    System.out.printf("exact, seed %d, %,d queries: %s%n", seed, 10 * QUERIES, result);
    assertThat(result.findings()).isEmpty();
    assertThat(result.answers()).isOne();
  }

  /** So the attack would see an exact form that isn't. */
  @Test
  void aCarryThatLeavesBitsOutIsFound() {
    SmallNetwork network = new SmallNetwork(Path.RELU, 1);
    long[] input = SmallNetwork.input(1);
    Result result = attack.run(queries(network, new ExactSharing(1, 3), input), QUERIES);
    System.out.printf("carry of 3 bits, seed 1, %,d queries: %s%n", QUERIES, result);
    assertThat(result.findings()).isNotEmpty();
  }

  /** The bound on false positives holds, and single p-values aren't useless bounds. */
  @Test
  void shuffledFractionsGiveNothing() {
    int runs = 200;
    int queries = 2_048;
    double often = 0.05;
    long seed = 1;
    SmallNetwork network = new SmallNetwork(Path.RELU, seed);
    Queries source = queries(network, new RoundingSharing(seed), SmallNetwork.input(seed));
    Random random = new Random(seed);
    int findings = 0;
    double low = 0;
    for (int run = 0; run < runs; run++) {
      List<Query> shuffled = shuffled(source, queries, random);
      Result result = new RoundingAttack(often).run(replay(source, shuffled), queries);
      findings += result.findings().isEmpty() ? 0 : 1;
      assertThat(result.least()).isGreaterThan(Math.log10(SIGNIFICANCE));
      low += shareBelow(often, shuffled) / runs;
    }
    System.out.printf(
        "shuffled, seed %d, %d runs of %,d queries: %d with findings at %s, %.4f of p-values below%n",
        seed, runs, queries, findings, often, low);
    // Were it 10 of 200 in the mean, 27 or more would be there once in a hundred thousand times.
    assertThat(findings).isLessThan(27);
    assertThat(low).isBetween(often / 20, often);
  }

  /** What the models stand for; else the exact one could find nothing because it is wrong. */
  @Test
  void theModelsComputeWhatTheirFormsDo() {
    Random random = new Random(1);
    Sharing exact = new ExactSharing(1);
    Sharing rounding = new RoundingSharing(1);
    double[] fractions = new double[2];
    long most = 1L << (SmallNetwork.WIDE_BITS - 1);
    long[] ends = {0, -1, most - 1, -most};
    for (int i = 0; i < 1_000_000; i++) {
      long value = i < ends.length ? ends[i] : random.nextLong(-most, most);
      assertThat(exact.rescale(value, fractions, 0)).isEqualTo(value >> SmallNetwork.FRACTION);
      if (Math.abs(value) < most / 2) {
        long y = rounding.rescale(value, fractions, 0);
        double unrounded = Math.scalb((double) value, -SmallNetwork.FRACTION);
        // Half a unit, and half a residue modulo the prime.
        assertThat(y - (unrounded - fractions[0] + 0.5)).isBetween(-0.5001, 0.5001);
      }
    }
  }

  private static Queries queries(SmallNetwork network, Sharing sharing, long[] input) {
    return new SharedQueries(network, sharing, input, Reveal.OUTPUTS);
  }

  private static List<Query> shuffled(Queries source, int count, Random random) {
    List<Query> queries = new ArrayList<>();
    List<double[]> fractions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      queries.add(source.next());
      fractions.add(queries.get(i).fractions());
    }
    Collections.shuffle(fractions, random);
    for (int i = 0; i < count; i++) {
      queries.set(i, new Query(fractions.get(i), queries.get(i).outputs()));
    }
    return queries;
  }

  private static double shareBelow(double p, List<Query> queries) {
    Query first = queries.get(0);
    StepSums sums =
        new StepSums(first.fractions().length, first.outputs().length, RoundingAttack.BINS);
    queries.forEach(sums::add);
    int below = 0;
    for (int fraction = 0; fraction < sums.fractions(); fraction++) {
      for (int output = 0; output < sums.outputs(); output++) {
        below += sums.logPValue(fraction, output, RoundingAttack.BINS / 2) <= Math.log(p) ? 1 : 0;
      }
    }
    return (double) below / (sums.fractions() * sums.outputs());
  }

  private static Queries replay(Queries source, List<Query> queries) {
    Iterator<Query> next = queries.iterator();
    return new Queries() {
      @Override
      public int fractions() {
        return source.fractions();
      }

      @Override
      public int outputs() {
        return source.outputs();
      }

      @Override
      public Query next() {
        return next.next();
      }
    };
  }
}
