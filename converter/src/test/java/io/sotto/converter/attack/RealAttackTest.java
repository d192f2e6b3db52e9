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
 * The attack on the protocol itself, an unmodified server and a client that keeps its numbers, with
 * ten times the queries that it took when each side rounded its share alone (16,384 and 32,768).
 */
@ExtendWith(LeakCheck.class)
class RealAttackTest {
  private static final double SIGNIFICANCE = 1e-6;
  private static final long SEED = 1;

  @ParameterizedTest
  @CsvSource({
    "RELU, false, 80",
    "POOLING, false, 160",
    "RESIDUAL, false, 160",
    "NONE, false, 80",
    "RELU, true, 80",
    "NONE, true, 80"
  })
  void predictionsGiveNothing(Path path, boolean tiles, int batches) {
    SmallNetwork network = new SmallNetwork(path, SEED);
    long[] input = SmallNetwork.input(SEED);
    try (ServerPlan plan = RealPlans.of(network, tiles)) {
      int count = batches * plan.plan().maxImages();
      RealQueries queries = RealQueries.run(plan, input, batches, SEED);
      Result result = new RoundingAttack(SIGNIFICANCE).run(queries, count);
      System.out.printf(
          "both parties, %s, tiles %s, seed %d, %,d queries: %s%n",
          path, tiles, SEED, count, result);
      assertThat(result.findings()).isEmpty();
      assertThat(result.answers()).isOne();
    }
  }
}
