package io.sotto.converter.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.attack.RoundingAttack.Result;
import io.sotto.converter.attack.SmallNetwork.Path;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.natives.testing.LeakCheck;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The attack on the protocol itself, an unmodified server and a client that keeps its numbers. It
 * succeeds: SECURITY.md, "Known hole". Once steps are exact it must find nothing.
 */
@ExtendWith(LeakCheck.class)
class RealAttackTest {
  private static final double SIGNIFICANCE = 1e-6;
  private static final long SEED = 1;

  @ParameterizedTest
  @CsvSource({"RELU, 8", "POOLING, 16"})
  void todaysPredictionsGiveUnitsAndWeights(Path path, int batches) {
    SmallNetwork network = new SmallNetwork(path, SEED);
    long[] input = SmallNetwork.input(SEED);
    try (ServerPlan plan = RealPlans.of(network)) {
      int count = batches * plan.plan().maxImages();
      RealQueries queries = RealQueries.run(plan, input, batches, SEED);
      Result result = new RoundingAttack(SIGNIFICANCE).run(queries, count);
      Score score = Score.of(result, network, input);
      System.out.printf(
          "both parties, %s, seed %d, %,d queries: %s; %s%n", path, SEED, count, result, score);
      assertThat(score.found()).isGreaterThanOrEqualTo((int) Math.ceil(0.8 * score.active()));
      assertThat(score.wrong()).isZero();
      assertThat(score.correlation()).isGreaterThan(0.9);
    }
  }
}
