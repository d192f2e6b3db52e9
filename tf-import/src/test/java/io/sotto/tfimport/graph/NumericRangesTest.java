package io.sotto.tfimport.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.tfimport.graph.NumericRanges.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumericRangesTest {
  private final Input input = new Input("in", Shape.of(2));
  private final MatMul sum = MatMul.of("sum", input, Weights.of(Shape.of(2, 1), 1, 1));
  private final Relu relu = Relu.of("relu", sum);
  private final Graph graph = new Graph(List.of(input, sum, relu));

  @Test
  void rangesGrowOverBatches() {
    NumericRanges.Recorder recorder = new NumericRanges.Recorder(graph);
    recorder.add(new float[] {1, 2, 3, 4});
    assertThat(recorder.ranges().of(sum)).isEqualTo(new Range(3, 7));
    recorder.add(new float[] {-5, 1});
    NumericRanges ranges = recorder.ranges();
    assertThat(ranges.of(input)).isEqualTo(new Range(-5, 4));
    assertThat(ranges.of(sum)).isEqualTo(new Range(-4, 7));
    assertThat(ranges.of(relu)).isEqualTo(new Range(0, 7));
    assertThat(ranges.of(input).maxAbs()).isEqualTo(5);
    assertThat(ranges.images()).isEqualTo(3);
  }

  @Test
  void valuesThatAreNotFiniteAreRefused() {
    assertThatThrownBy(() -> NumericRanges.measure(graph, new float[] {1, Float.NaN}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("calibration inputs are finite");
    assertThatThrownBy(
            () -> NumericRanges.measure(graph, new float[] {Float.MAX_VALUE, Float.MAX_VALUE}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sum yields NaN or infinity");
  }

  @Test
  void noImageGivesNoRange() {
    assertThatThrownBy(() -> NumericRanges.measure(graph, new float[0]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("at least one image");
    NumericRanges ranges = NumericRanges.measure(graph, new float[] {1, 2});
    assertThatThrownBy(() -> ranges.of(new Input("other", Shape.of(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no range was measured for other");
  }
}
