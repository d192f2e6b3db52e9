package io.sotto.converter.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sotto.converter.attack.RoundingAttack.Finding;
import io.sotto.converter.attack.RoundingAttack.Result;
import io.sotto.converter.attack.SharedQueries.Reveal;
import io.sotto.converter.attack.SmallNetwork.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The attack where what it looks for goes through a pooling or a residual sum, on the last layer
 * itself, and where only the class is revealed; on models of the arithmetic.
 */
class PathsAttackTest {
  private static final double SIGNIFICANCE = 1e-6;
  private static final int QUERIES = 65_536;
  private static final long SEED = 5;

  private final RoundingAttack attack = new RoundingAttack(SIGNIFICANCE);

  @ParameterizedTest
  @EnumSource(names = {"POOLING", "RESIDUAL"})
  void predictionsByRoundingGiveUnitsAndWeights(Path path) {
    SmallNetwork network = new SmallNetwork(path, SEED);
    long[] input = SmallNetwork.input(SEED);
    Result result = attack.run(rounding(network, input, Reveal.OUTPUTS), QUERIES);
    Score score = Score.of(result, network, input);
    print("rounding, " + path, QUERIES, result + "; " + score);
    assertThat(score.found()).isGreaterThanOrEqualTo((int) Math.ceil(0.8 * score.active()));
    assertThat(score.wrong()).isZero();
    assertThat(score.correlation()).isGreaterThan(0.9);
  }

  /** Each output steps by one where its own fraction passes that of its unrounded value. */
  @Test
  void outputsByRoundingGiveDigitsBelowTheirLastPlace() {
    SmallNetwork network = new SmallNetwork(Path.NONE, SEED);
    long[] input = SmallNetwork.input(SEED);
    Result result = attack.run(rounding(network, input, Reveal.OUTPUTS), QUERIES);
    print("rounding, the last layer", QUERIES, result.toString());
    assertThat(result.findings()).hasSize(SmallNetwork.OUTPUTS);
    double[] unrounded = network.unrounded(input);
    for (Finding finding : result.findings()) {
      int output = finding.fraction();
      double below = unrounded[output] - Math.floor(unrounded[output]);
      assertThat(finding.threshold()).isCloseTo(below, within(1.0 / RoundingAttack.BINS));
      assertThat(finding.heights()[output]).isGreaterThan(0.8);
    }
  }

  /** Heights are shares of a class then, not weights. */
  @Test
  void classesByRoundingGiveUnitsNearTies() {
    SmallNetwork network = new SmallNetwork(Path.RELU, SEED);
    long[] input = nearTie(network);
    Result result = attack.run(rounding(network, input, Reveal.CLASS), QUERIES);
    Score score = Score.of(result, network, input);
    print("rounding, classes", QUERIES, result + "; " + score);
    assertThat(score.found()).isGreaterThanOrEqualTo(score.active() / 3);
    assertThat(score.wrong()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void exactPredictionsGiveNothingWithTenTimesTheQueries(Path path) {
    SmallNetwork network = new SmallNetwork(path, SEED);
    requireNothing(path.name(), exact(network, SmallNetwork.input(SEED), Reveal.OUTPUTS));
  }

  @Test
  void exactClassesGiveNothingWithTenTimesTheQueries() {
    SmallNetwork network = new SmallNetwork(Path.RELU, SEED);
    requireNothing("classes", exact(network, nearTie(network), Reveal.CLASS));
  }

  private void requireNothing(String what, Queries queries) {
    Result result = attack.run(queries, 10 * QUERIES);
    print("exact, " + what, 10 * QUERIES, result.toString());
    assertThat(result.findings()).isEmpty();
    assertThat(result.answers()).isOne();
  }

  private static void print(String what, int queries, String came) {
    System.out.printf("%s, seed %d, %,d queries: %s%n", what, SEED, queries, came);
  }

  private static Queries rounding(SmallNetwork network, long[] input, Reveal reveal) {
    return new SharedQueries(network, new RoundingSharing(SEED), input, reveal);
  }

  private static Queries exact(SmallNetwork network, long[] input, Reveal reveal) {
    return new SharedQueries(network, new ExactSharing(SEED), input, reveal);
  }

  /** An input beside one of another class, by bisection, as a client can find it. */
  private static long[] nearTie(SmallNetwork network) {
    long[] one = SmallNetwork.input(SEED);
    long[] other = one;
    for (long seed = 0; classOf(network, other) == classOf(network, one); seed++) {
      other = SmallNetwork.input(seed);
    }
    long[] middle = middle(one, other);
    while (!Arrays.equals(middle, one) && !Arrays.equals(middle, other)) {
      if (classOf(network, middle) == classOf(network, one)) {
        one = middle;
      } else {
        other = middle;
      }
      middle = middle(one, other);
    }
    return middle;
  }

  private static long[] middle(long[] one, long[] other) {
    return IntStream.range(0, one.length)
        .mapToLong(i -> Math.floorDiv(one[i] + other[i], 2L))
        .toArray();
  }

  private static int classOf(SmallNetwork network, long[] input) {
    double[] outputs = network.unrounded(input);
    return IntStream.range(0, outputs.length)
        .reduce(0, (best, i) -> outputs[i] > outputs[best] ? i : best);
  }
}
