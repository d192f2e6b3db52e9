package io.sotto.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private static final ExactFormat FORMAT = new ExactFormat(2, 16, 8);

  @Test
  void comparesClassesAndDistances() {
    Tensor predicted = new Tensor(List.of(3, 2), new float[] {1, 0, 0, 1, 1, 0});
    Tensor plaintext = new Tensor(List.of(3, 2), new float[] {1, 0, 0, 1, 0, 1});
    // element-major; the last output of the last image is 3 units off
    FixedTensor twin = new FixedTensor(FORMAT, 3, new long[] {256, 1, 256, 0, 256, 3});

    Comparison comparison = Comparison.of(predicted, plaintext, twin, new int[] {0, 0, 1});

    assertThat(comparison).isEqualTo(new Comparison(3, 1, 2, 2, 3));
    assertThat(comparison.accuracy()).isEqualTo(1 / 3.0);
    assertThat(comparison.plaintextAccuracy()).isEqualTo(2 / 3.0);
    assertThat(comparison.agreement()).isEqualTo(2 / 3.0);
  }

  @Test
  void allowsTwoInAThousand() {
    assertThatCode(() -> new Comparison(10_000, 0, 0, 9_980, 0).requireGood())
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> new Comparison(10_000, 0, 0, 9_979, 0).requireGood())
        .isInstanceOf(SampleException.class)
        .hasMessage("only 9979 of 10000 encrypted predictions are TensorFlow's; 20 may differ");
    assertThatCode(() -> new Comparison(64, 0, 0, 62, 0).requireGood()).doesNotThrowAnyException();
    assertThatThrownBy(() -> new Comparison(64, 0, 0, 61, 0).requireGood())
        .isInstanceOf(SampleException.class);
  }

  @Test
  void outputsAreTheTwins() {
    assertThatThrownBy(() -> new Comparison(10, 10, 10, 10, 1).requireGood())
        .isInstanceOf(SampleException.class)
        .hasMessageContaining("1.0 units");
    assertThatThrownBy(() -> new Comparison(10, 10, 10, 10, Double.NaN).requireGood())
        .isInstanceOf(SampleException.class);
  }

  @Test
  void refusesOtherImages() {
    Tensor predicted = new Tensor(List.of(1, 2), new float[2]);
    FixedTensor twin = new FixedTensor(FORMAT, 1);
    assertThatThrownBy(() -> Comparison.of(predicted, predicted, twin, new int[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
