package io.sotto.server.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FloatReferenceTest {
  private static final double[] ERRORS = {0.1, 0.5, 0.2, 0.4, 0.3, 0.0, 0.6, 0.1};

  @Test
  void halfOfThePickedAreTheHardestAndTheOthersAreSpread() {
    // 6, 1 and 3 err most; of 0, 2, 4, 5 and 7 every other one.
    assertThat(FloatReference.hardest(ERRORS, 5)).containsExactly(0, 1, 3, 4, 6);
    assertThat(FloatReference.hardest(ERRORS, 1)).containsExactly(6);
    assertThat(FloatReference.hardest(ERRORS, 2)).containsExactly(0, 6);
    assertThat(FloatReference.hardest(ERRORS, ERRORS.length))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void whatIsNoNumberIsHardest() {
    assertThat(FloatReference.hardest(new double[] {1, 2, Double.NaN, 3}, 1)).containsExactly(2);
  }

  @Test
  void picksImagesInTheOrderAsked() {
    Samples samples =
        new Samples(List.of(new float[] {1, 2, 3, 4, 5, 6}, new float[] {7, 8, 9}), 3);
    Samples picked = samples.picked(new int[] {2, 0});
    assertThat(picked.images()).isEqualTo(2);
    assertThat(picked.inputs().get(0)).containsExactly(5, 6, 1, 2);
    assertThat(picked.inputs().get(1)).containsExactly(9, 7);
  }
}
