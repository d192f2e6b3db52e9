package io.sotto.tfimport.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.tfimport.graph.Conv2D.Margins;
import io.sotto.tfimport.graph.Conv2D.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphInterpreterTest {
  @Test
  void aConvolutionByHand() {
    Input input = new Input("in", Shape.of(2, 2, 2));
    Weights weights = Weights.of(Shape.of(1, 2, 2, 2), 1, 10, 2, 20, 3, 30, 4, 40);
    Conv2D conv = Conv2D.of("conv", input, weights, Step.ONE, Step.ONE, new Margins(0, 0, 0, 1));
    // At the right column the second tap lies on a zero.
    assertThat(run(List.of(input, conv), 1, 2, 3, 4, 5, 6, 7, 8))
        .containsExactly(30, 300, 11, 110, 70, 700, 23, 230);
  }

  @Test
  void aProductABiasAndARectifierByHand() {
    Input input = new Input("in", Shape.of(2));
    MatMul product = MatMul.of("m", input, Weights.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
    BiasAdd sum = BiasAdd.of("b", product, Weights.of(Shape.of(3), -10, 0, 10));
    Relu relu = Relu.of("r", sum);
    assertThat(run(List.of(input, product, sum, relu), 1, 1, -1, 2))
        .containsExactly(0, 7, 19, 0, 8, 19);
  }

  @Test
  void paddingByHand() {
    Input input = new Input("in", Shape.of(2, 1, 2));
    Pad outer = Pad.of("outer", input, List.of(1, 0, 0), List.of(0, 1, 0));
    assertThat(run(List.of(input, outer), 1, 2, 3, 4, 5, 6, 7, 8))
        .containsExactly(0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 5, 6, 0, 0, 7, 8, 0, 0);
    Pad inner = Pad.of("inner", input, List.of(0, 0, 1), List.of(0, 0, 0));
    assertThat(run(List.of(input, inner), 1, 2, 3, 4)).containsExactly(0, 1, 2, 0, 3, 4);
    Pad nothing = Pad.of("nothing", input, List.of(0, 0, 0), List.of(0, 0, 0));
    assertThat(run(List.of(input, nothing), 1, 2, 3, 4)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void imagesKeepTheirOrderOverChunks() {
    Input input = new Input("in", Shape.of(1));
    MatMul product = MatMul.of("m", input, Weights.of(Shape.of(1, 2), 2, 3));
    float[] images = new float[1000];
    for (int i = 0; i < images.length; i++) {
      images[i] = i;
    }
    float[] outputs = run(List.of(input, product), images);
    for (int i = 0; i < images.length; i++) {
      assertThat(outputs[2 * i]).isEqualTo(2f * i);
      assertThat(outputs[2 * i + 1]).isEqualTo(3f * i);
    }
    assertThat(run(List.of(input, product))).isEmpty();
  }

  @Test
  void anObserverSeesEveryNodeOfEveryImage() {
    Input input = new Input("in", Shape.of(3));
    Relu relu = Relu.of("relu", input);
    List<String> seen = new ArrayList<>();
    new GraphInterpreter(new Graph(List.of(input, relu)))
        .run(
            new float[] {-1, 2, -3, 4, -5, 6},
            (node, values, images) -> seen.add(node.name() + images + values[0] + values[4]));
    assertThat(seen).containsExactly("in2-1.0-5.0", "relu20.00.0");
  }

  @Test
  void aPartOfAnImageIsRefused() {
    Input input = new Input("in", Shape.of(3));
    assertThatThrownBy(() -> run(List.of(input), 1, 2, 3, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4 values are no whole number of images of shape 3 (3 values each)");
  }

  private static float[] run(List<Node> nodes, float... images) {
    return new GraphInterpreter(new Graph(nodes)).run(images);
  }
}
