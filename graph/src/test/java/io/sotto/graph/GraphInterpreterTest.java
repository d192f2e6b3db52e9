package io.sotto.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
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
  void paddingWithANumberByHand() {
    Input input = new Input("in", Shape.of(2));
    Pad pad = Pad.of("pad", input, List.of(1), List.of(2), -3);
    assertThat(run(List.of(input, pad), 1, 2)).containsExactly(-3, 1, 2, -3, -3);
  }

  @Test
  void groupedConvolutionsByHand() {
    Input input = new Input("in", Shape.of(1, 1, 4));
    // Two groups of two channels and two outputs each.
    Conv2D conv =
        Conv2D.of(
            "conv",
            input,
            Weights.of(Shape.of(1, 1, 2, 4), 1, 2, 3, 4, 10, 20, 30, 40),
            Step.ONE,
            Step.ONE,
            Margins.NONE,
            2);
    assertThat(run(List.of(input, conv), 1, 2, 3, 4)).containsExactly(21, 42, 129, 172);
    // Depthwise, two outputs a channel.
    Conv2D depthwise =
        Conv2D.of(
            "conv",
            input,
            Weights.of(Shape.of(1, 1, 1, 8), 1, 2, 3, 4, 5, 6, 7, 8),
            Step.ONE,
            Step.ONE,
            Margins.NONE,
            4);
    assertThat(run(List.of(input, depthwise), 1, 2, 3, 4))
        .containsExactly(1, 2, 6, 8, 15, 18, 28, 32);
  }

  @Test
  void constantsRepeatOverTheTensor() {
    Input input = new Input("in", Shape.of(2, 2));
    Scale channels =
        Scale.of("s", input, Weights.of(Shape.of(2), 2, 3), Weights.of(Shape.of(2, 1), 10, 20));
    assertThat(run(List.of(input, channels), 1, 2, 3, 4, 5, 6, 7, 8))
        .containsExactly(12, 16, 26, 32, 20, 28, 34, 44);
    Scale number = Scale.times("s", input, Weights.of(Shape.of(), 5));
    assertThat(run(List.of(input, number), 1, 2, 3, 4)).containsExactly(5, 10, 15, 20);
    Scale each = Scale.plus("s", input, Weights.of(Shape.of(2, 2), 1, 0, 0, 1));
    assertThat(run(List.of(input, each), 1, 2, 3, 4)).containsExactly(2, 2, 3, 5);
  }

  @Test
  void sumsAndProductsByHand() {
    Input input = new Input("in", Shape.of(2));
    Relu relu = Relu.of("relu", input);
    Add sum = Add.of("sum", List.of(input, relu, input), List.of(-1, 1, 1));
    assertThat(run(List.of(input, relu, sum), -1, 2)).containsExactly(0, 2);
    Multiply product = Multiply.of("product", input, relu);
    assertThat(run(List.of(input, relu, product), 3, 2)).containsExactly(9, 4);
    Multiply square = Multiply.of("square", input, input);
    assertThat(run(List.of(input, square), -3, 2)).containsExactly(9, 4);
    assertThat(square.details()).isEqualTo("square");
  }

  @Test
  void clipsAndLeaksByHand() {
    Input input = new Input("in", Shape.of(3));
    assertThat(run(List.of(input, Clip.of("c", input, -1, 6)), -2, 3, 7)).containsExactly(-1, 3, 6);
    assertThat(run(List.of(input, Clip.of("c", input, Float.NEGATIVE_INFINITY, 1)), -2, 3, 1))
        .containsExactly(-2, 1, 1);
    LeakyRelu leaky = LeakyRelu.of("l", input, Weights.of(Shape.of(3), 0.5f, 2, -1));
    assertThat(run(List.of(input, leaky), -2, -2, -2, 2, 2, 2)).containsExactly(-1, -4, 2, 2, 2, 2);
  }

  @Test
  void poolingLooksInsideThePictureOnly() {
    Input input = new Input("in", Shape.of(2, 3, 1));
    Window window = new Window(new Step(2, 2), new Step(2, 2), new Margins(1, 1, 0, 1));
    float[] images = {-1, -2, -3, -4, -5, -6};
    assertThat(run(List.of(input, MaxPool.of("p", input, window)), images))
        .containsExactly(-1, -3, -4, -6);
    assertThat(run(List.of(input, AvgPool.of("p", input, window)), images))
        .containsExactly(-1.5f, -3, -4.5f, -6);
    Input deep = new Input("in", Shape.of(2, 1, 2));
    AvgPool whole = AvgPool.of("p", deep, Window.over(deep.shape()));
    assertThat(run(List.of(deep, whole), 1, 10, 3, 20, 5, 30, 7, 40)).containsExactly(2, 15, 6, 35);
  }

  @Test
  void gatheringNumbersItsInputsThrough() {
    Input input = new Input("in", Shape.of(2));
    Relu relu = Relu.of("relu", input);
    Gather gather =
        Gather.of("g", List.of(input, relu), Shape.of(2, 3), Indices.of(3, 2, 1, 0, 0, 3));
    assertThat(run(List.of(input, relu, gather), -1, 2, -3, 4))
        .containsExactly(2, 0, 2, -1, -1, 2, 4, 0, 4, -3, -3, 4);
  }

  @Test
  void probabilitiesAndClassesByHand() {
    Input input = new Input("in", Shape.of(2, 2));
    float[] result =
        run(List.of(input, Softmax.of("s", input)), 0, (float) Math.log(3), 1000, -1000);
    assertThat(result).containsExactly(new float[] {0.25f, 0.75f, 1, 0}, within(1e-6f));
    assertThat(run(List.of(input, ArgMax.of("c", input)), 1, 2, 5, 5)).containsExactly(1, 0);
  }

  @Test
  void severalInputsAndOutputs() {
    Input left = new Input("left", Shape.of(1));
    Input right = new Input("right", Shape.of(2));
    Relu relu = Relu.of("relu", right);
    Gather both = Gather.of("both", List.of(left, relu), Shape.of(2), Indices.of(0, 2));
    GraphInterpreter interpreter =
        new GraphInterpreter(
            new Graph(
                List.of(left, right, relu, both),
                List.of(new Graph.Output("a", "both"), new Graph.Output("b", "relu"))));
    List<float[]> outputs =
        interpreter.run(List.of(new float[] {1, 2}, new float[] {-3, 4, 5, -6}));
    assertThat(outputs).hasSize(2);
    assertThat(outputs.get(0)).containsExactly(1, 4, 2, 0);
    assertThat(outputs.get(1)).containsExactly(0, 4, 5, 0);
    assertThatThrownBy(() -> interpreter.run(List.of(new float[1])))
        .hasMessage("the graph takes 2 inputs, not 1");
    assertThatThrownBy(() -> interpreter.run(List.of(new float[1], new float[4])))
        .hasMessage("input right is of 2 images, those before of 1");
    assertThatThrownBy(() -> interpreter.run(new float[1])).hasMessage("the graph has 2 outputs");
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
