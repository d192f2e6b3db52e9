package io.sotto.server.compile.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightMatrix;
import io.sotto.natives.Scope;
import io.sotto.server.model.CompileException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RingChoiceTest {
  private final Scope scope = new Scope();

  @AfterEach
  void close() {
    scope.close();
  }

  /** A layer of a hundred equal weights. */
  private RingChoice.Step step(String name, int wideBits, int weight) {
    int[] weights = new int[100];
    Arrays.fill(weights, weight);
    LinearMap map = scope.own(LinearMap.dense(100, WeightMatrix.of(1, weights)));
    return new RingChoice.Step(name, wideBits, map);
  }

  @Test
  void oneStepHasTheRingThatThePlannerChooses() {
    RingChoice.Step step = step("dense", 22, 200);
    RingChoice choice = RingChoice.of(List.of(step));
    NoiseBound planned = ParameterPlanner.choose(22, 20_000, 2000);
    assertThat(choice.ring()).isEqualTo(planned.parameters());
    assertThat(choice.noise()).containsExactly(planned);
  }

  @Test
  void severalStepsShareTheLargestRing() {
    RingChoice choice =
        RingChoice.of(List.of(step("a", 20, 200), step("b", 28, 200), step("c", 18, 1000)));
    assertThat(choice.ring()).isEqualTo(RingParameters.of(11, 50));
    assertThat(choice.noise()).allMatch(NoiseBound::exact);
    assertThat(choice.noise()).extracting(NoiseBound::wideBits).containsExactly(20, 28, 18);
    assertThat(choice.noise()).extracting(NoiseBound::shortBits).containsExactly(30, 38, 28);
  }

  /** A step that alone does with the smaller degree has wider responses at the larger one. */
  @Test
  void aLargerDegreeIsForAll() {
    RingChoice choice = RingChoice.of(List.of(step("a", 20, 200), step("b", 34, 200)));
    assertThat(choice.ring().logDegree()).isEqualTo(12);
    assertThat(choice.noise()).extracting(NoiseBound::shortBits).containsExactly(31, 45);
  }

  @Test
  void saysWhichStepFitsNoRing() {
    List<RingChoice.Step> steps = List.of(step("a", 20, 200), step("b", 40, 200));
    assertThatThrownBy(() -> RingChoice.of(steps))
        .isInstanceOf(CompileException.class)
        .hasMessageStartingWith("b fits no ring: ");
  }
}
