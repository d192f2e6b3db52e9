package io.sotto.server.compile.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
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

  /** In the smallest ring where the noise of eight times the weights would do no harm either. */
  @Test
  void aStepHasRoomForLayoutsInWhichChannelsShareResults() {
    RingChoice choice = RingChoice.of(List.of(step("dense", 22, 200)));
    NoiseBound roomy = ParameterPlanner.choose(22, 20_000, 8 * 2000);
    NoiseBound noise = choice.noise().get(0);
    assertThat(choice.noise()).hasSize(1);
    assertThat(noise.parameters()).isEqualTo(roomy.parameters());
    assertThat(ParameterPlanner.in(noise.parameters(), 22, 20_000, 2000)).contains(noise);
  }

  @Test
  void severalStepsShareTheLargestRing() {
    RingChoice choice =
        RingChoice.of(List.of(step("a", 20, 200), step("b", 26, 200), step("c", 18, 1000)));
    assertThat(choice.noise())
        .extracting(NoiseBound::parameters)
        .containsOnly(ParameterPlanner.choose(26, 20_000, 8 * 2000).parameters());
    assertThat(choice.noise()).allMatch(NoiseBound::exact);
    assertThat(choice.noise()).extracting(NoiseBound::wideBits).containsExactly(20, 26, 18);
    assertThat(choice.noise()).extracting(NoiseBound::shortBits).containsExactly(30, 36, 28);
  }

  /** Two rings: one whose modulus is fast, and one for what doesn't fit it. */
  @Test
  void aWideStepDoesNotSlowTheOthersDown() {
    RingChoice choice =
        RingChoice.of(List.of(step("a", 20, 200), step("b", 34, 200), step("c", 33, 200)));
    assertThat(choice.noise())
        .extracting(noise -> noise.parameters().logDegree())
        .containsExactly(11, 12, 12);
    assertThat(choice.noise()).extracting(NoiseBound::shortBits).containsExactly(30, 45, 44);
    assertThat(choice.noise().get(1).parameters()).isEqualTo(choice.noise().get(2).parameters());
  }

  /** Room isn't worth a modulus for which the other party's processor may be slow. */
  @Test
  void moduliAreAsFastAsWidthsAllow() {
    RingChoice choice =
        RingChoice.of(
            List.of(step("a", 20, 200), step("b", 27, 200), step("c", 29, 200), step("d", 31, 2)));
    List<Integer> bits =
        choice.noise().stream().map(noise -> noise.parameters().modulusBits()).toList();
    assertThat(bits.get(0)).isEqualTo(bits.get(1)).isLessThanOrEqualTo(50);
    assertThat(bits.get(2)).isBetween(51, 52);
    assertThat(bits.get(3)).isGreaterThan(52);
    assertThat(choice.noise()).extracting(NoiseBound::wideBits).containsExactly(20, 27, 29, 31);
    assertThat(choice.noise()).allMatch(NoiseBound::exact);
  }

  @Test
  void theSameStepTwiceIsTwoSteps() {
    RingChoice.Step step = step("a", 20, 200);
    assertThat(RingChoice.of(List.of(step, step)).noise()).hasSize(2);
  }

  @Test
  void saysWhichStepFitsNoRing() {
    List<RingChoice.Step> steps = List.of(step("a", 20, 200), step("b", 40, 200));
    assertThatThrownBy(() -> RingChoice.of(steps))
        .isInstanceOf(CompileException.class)
        .hasMessageStartingWith("b fits no ring: ");
  }
}
