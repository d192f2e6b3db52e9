package io.sotto.converter.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.TensorShape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputSpecTest {
  private final InputSpec spec =
      new InputSpec(new TensorShape(List.of(3)), new ExactFormat(3, 24, 8), 256);

  @Test
  void roundsToNearestAndTransposes() {
    FixedTensor fixed = spec.quantize(new float[] {0, 1, -1, 0.5f / 256, 1.5f / 256, -0.3f});
    assertThat(fixed.values()).containsExactly(0, 0, 256, 2, -256, -77);
  }

  @ParameterizedTest
  @ValueSource(floats = {1.1f, -1.1f, Float.NaN, Float.POSITIVE_INFINITY, -Float.MAX_VALUE})
  void refusesWhatIsOutOfRangeAndSaysWhere(float value) {
    assertThatThrownBy(() -> spec.quantize(new float[] {0, 0, 0, 0, value, 0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image 1")
        .hasMessageContaining("element 1")
        .hasMessageContaining("-1.0..1.0");
  }

  @Test
  void clipsWhatIsOutOfRangeByChoiceAndCountsIt() {
    float[] batch = {1.1f, -1.1f, 0.5f, Float.POSITIVE_INFINITY, 1, -Float.MAX_VALUE};
    assertThat(spec.clip(batch).values()).containsExactly(256, 256, -256, 256, 128, -256);
    assertThat(spec.outside(batch)).isEqualTo(4);
    assertThatThrownBy(() -> spec.clip(new float[] {0, 0, Float.NaN}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image 0 at element 2");
  }

  @Test
  void refusesPartsOfImages() {
    assertThatThrownBy(() -> spec.quantize(new float[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4 numbers given; images of shape 3 take a multiple of 3");
  }
}
