package io.sotto.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import org.junit.jupiter.api.Test;

class Conv2DTest {
  private static Weights kernel(int height, int width, int inputs, int outputs) {
    Shape shape = Shape.of(height, width, inputs, outputs);
    return Weights.of(shape, new float[shape.elements()]);
  }

  @Test
  void samePutsTheOddZeroLast() {
    Shape picture = Shape.of(7, 8, 1);
    Shape kernel = Shape.of(3, 4, 1, 1);
    assertThat(Margins.same(picture, Shape.of(4, 3, 1, 1), Step.ONE, Step.ONE))
        .isEqualTo(new Margins(1, 2, 1, 1));
    assertThat(Margins.same(picture, kernel, Step.ONE, Step.ONE))
        .isEqualTo(new Margins(1, 1, 1, 2));
    assertThat(Margins.same(picture, kernel, new Step(2, 3), Step.ONE))
        .isEqualTo(new Margins(1, 1, 1, 1));
    assertThat(Margins.same(picture, Shape.of(1, 1, 1, 1), new Step(5, 5), Step.ONE))
        .isEqualTo(Margins.NONE);
    assertThat(Margins.same(picture, kernel, Step.ONE, new Step(2, 2)))
        .isEqualTo(new Margins(2, 2, 3, 3));
  }

  @Test
  void theShapeFollowsFromStridesPadsAndDilation() {
    Input input = new Input("in", Shape.of(28, 20, 2));
    Conv2D conv =
        Conv2D.of(
            "conv",
            input,
            kernel(5, 3, 2, 7),
            new Step(2, 3),
            new Step(1, 2),
            new Margins(1, 0, 2, 1));
    assertThat(conv.shape()).isEqualTo(Shape.of(13, 7, 7));
    assertThat(conv.details()).isEqualTo("weights 5x3x2x7, stride 2x3, pads 1,0,2,1, dilation 1x2");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Input input = new Input("in", Shape.of(4, 4, 2));
    assertThatThrownBy(
            () -> Conv2D.of("c", input, kernel(3, 3, 1, 1), Step.ONE, Step.ONE, Margins.NONE))
        .hasMessageContaining("does not fit a kernel of 3x3x1x1");
    assertThatThrownBy(
            () -> Conv2D.of("c", input, kernel(3, 3, 2, 1), Step.ONE, new Step(1, 2), Margins.NONE))
        .hasMessageContaining("larger than its input of 4x4x2");
    assertThatThrownBy(() -> new Step(0, 1)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new Margins(0, -1, 0, 0)).hasMessageContaining("not negative");
  }

  @Test
  void groupsDivideChannelsAndOutputs() {
    Input input = new Input("in", Shape.of(4, 4, 6));
    Conv2D conv = Conv2D.of("c", input, kernel(3, 3, 2, 9), Step.ONE, Step.ONE, Margins.NONE, 3);
    assertThat(conv.shape()).isEqualTo(Shape.of(2, 2, 9));
    assertThat(conv.details()).isEqualTo("weights 3x3x2x9, stride 1x1, groups 3");
    assertThatThrownBy(
            () -> Conv2D.of("c", input, kernel(3, 3, 2, 9), Step.ONE, Step.ONE, Margins.NONE, 2))
        .hasMessageContaining("in groups: 2");
    assertThatThrownBy(
            () -> Conv2D.of("c", input, kernel(3, 3, 2, 8), Step.ONE, Step.ONE, Margins.NONE, 3))
        .hasMessageContaining("does not fit");
    assertThatThrownBy(
            () -> Conv2D.of("c", input, kernel(3, 3, 2, 9), Step.ONE, Step.ONE, Margins.NONE, 0))
        .hasMessageContaining("does not fit");
  }
}
