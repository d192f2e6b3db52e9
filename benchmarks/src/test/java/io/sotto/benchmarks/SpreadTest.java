package io.sotto.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SpreadTest {
  @Test
  void interpolatesBetweenMeasurements() {
    assertThat(Spread.of(4, 1, 3, 2)).isEqualTo(new Spread(2.5, 1, 4, 1.5));
    assertThat(Spread.of(5, 1, 2, 9, 3)).isEqualTo(new Spread(3, 1, 9, 3));
    assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7, 0));
  }

  @Test
  void takesAFunctionOfEach() {
    assertThat(Spread.of(each -> 8 / each, 1, 2, 4)).isEqualTo(new Spread(4, 2, 8, 3));
  }

  @Test
  void leavesTheMeasurementsAsTheyAre() {
    double[] values = {3, 1, 2};
    assertThat(Spread.of(values).median()).isEqualTo(2);
    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  void refusesNothing() {
    assertThatThrownBy(Spread::of).isInstanceOf(IllegalArgumentException.class);
  }
}
