package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ParameterPlannerTest {
  @Test
  void choosesTheSmallestModulusThatHolds() {
    NoiseBound bound = ParameterPlanner.choose(16, 26, 28, 1 << 19, 1 << 14, 1 / 8.0);
    RingParameters parameters = bound.parameters();
    assertThat(parameters.logDegree()).isEqualTo(11);
    assertThat(bound.lastPlaces(16)).isLessThan(1 / 8.0);
    assertThat(bound.shortBits()).isEqualTo(28);
    NoiseBound smaller =
        new NoiseBound(RingParameters.of(11, parameters.modulusBits() - 1), 1 << 19, 1 << 14, 28);
    assertThat(smaller.lastPlaces(16)).isGreaterThanOrEqualTo(1 / 8.0);
  }

  @Test
  void leavesRoomForTheProductWithTheKey() {
    NoiseBound bound = ParameterPlanner.choose(20, 20, 36, 1, 1, 1);
    assertThat(bound.parameters().maxShortBits()).isEqualTo(36);
    assertThat(bound.lastPlaces(20)).isLessThan(0.1);
  }

  @Test
  void takesALargerRingForALargerModulus() {
    NoiseBound bound = ParameterPlanner.choose(30, 50, 42, 1 << 20, 1 << 16, 1 / 8.0);
    assertThat(bound.parameters().logDegree()).isEqualTo(12);
    assertThat(bound.parameters().modulusBits()).isGreaterThan(54);
    assertThat(bound.lastPlaces(30)).isLessThan(1 / 8.0);
  }

  @Test
  void choosesTheResponsesWidthToo() {
    NoiseBound bound = ParameterPlanner.choose(16, 26, 1 << 19, 1 << 14, 1 / 8.0);
    assertThat(bound.lastPlaces(16)).isLessThan(1 / 8.0);
    assertThat(bound.shortBits()).isEqualTo(ParameterPlanner.shortBits(16, 11, 1 / 16.0));
    assertThat(ParameterPlanner.shortBits(16, 11, 1 / 8.0)).isEqualTo(27);
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> ParameterPlanner.choose(16, 26, 20, 1, 1, 1 / 8.0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("round to 28 bits or more");
    assertThatThrownBy(() -> ParameterPlanner.choose(16, 26, 50, 1, 1, 1 / 8.0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("round to 47 bits or fewer");
    assertThatThrownBy(() -> ParameterPlanner.choose(30, 50, 42, 1e12, 1e9, 1 / 8.0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("smaller weights or narrower shares");
    assertThatThrownBy(() -> ParameterPlanner.choose(16, 12, 28, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12");
    assertThatThrownBy(() -> ParameterPlanner.choose(16, 26, 28, 1, 1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ParameterPlanner.choose(16, 26, 28, Double.NaN, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
