package io.sotto.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.NumericRanges.Range;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

  @Test
  void boundsByHand() {
    MatMul product = MatMul.of("m", input, Weights.of(Shape.of(2, 1), 2, -3));
    BiasAdd bias = BiasAdd.of("b", product, Weights.of(Shape.of(1), 1));
    Relu last = Relu.of("r", bias);
    NumericRanges bounds =
        NumericRanges.bound(new Graph(List.of(input, product, bias, last)), new Range(-1, 2));
    assertThat(bounds.of(product).min()).isCloseTo(-8, within(0.01f));
    assertThat(bounds.of(product).max()).isCloseTo(7, within(0.01f));
    assertThat(bounds.of(bias).min()).isCloseTo(-7, within(0.01f));
    assertThat(bounds.of(last).min()).isZero();
    assertThat(bounds.of(last).max()).isCloseTo(8, within(0.01f));
    assertThat(bounds.images()).isZero();
  }

  @Test
  void noImageLeavesTheBounds() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Input picture = new Input("in", Shape.of(5, 5, 2));
    Pad pad = Pad.of("pad", picture, List.of(1, 0, 0), List.of(0, 1, 0));
    Conv2D conv =
        Conv2D.of(
            "conv",
            pad,
            Weights.of(Shape.of(3, 3, 2, 3), randoms(random, 54)),
            new Step(2, 1),
            Step.ONE,
            new Margins(0, 1, 1, 0));
    Relu relu1 = Relu.of("relu", conv);
    Reshape flat = Reshape.of("flat", relu1, Shape.of(relu1.shape().elements()));
    MatMul dense =
        MatMul.of(
            "dense",
            flat,
            Weights.of(Shape.of(flat.shape().dim(0), 4), randoms(random, 4 * flat.shape().dim(0))));
    Graph net = new Graph(List.of(picture, pad, conv, relu1, flat, dense));
    float[] images = randoms(random, 200 * 50);
    // Corners of the range come closest to the bounds.
    for (int i = 0; i < images.length / 2; i++) {
      images[i] = Math.signum(images[i]);
    }
    NumericRanges bounds = NumericRanges.bound(net, new Range(-1, 1));
    NumericRanges measured = NumericRanges.measure(net, images);
    for (Node node : net.nodes()) {
      assertThat(bounds.of(node).union(measured.of(node)))
          .as("%s, seed %d", node.name(), seed)
          .isEqualTo(bounds.of(node));
      assertThat(bounds.of(node).maxAbs()).isLessThan(50 * measured.of(node).maxAbs());
    }
  }

  @Test
  void noImageLeavesTheBoundsOfAnyKind() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Input picture = new Input("in", Shape.of(5, 4, 2));
    Weights factors = Weights.of(Shape.of(2), randoms(random, 2));
    Scale scale = Scale.of("scale", picture, factors, Weights.of(Shape.of(), 0.3f));
    LeakyRelu leaky = LeakyRelu.of("leaky", scale, Weights.of(Shape.of(2), 0.25f, -2));
    Clip clip = Clip.of("clip", picture, -0.4f, 0.7f);
    Add sum = Add.of("sum", List.of(leaky, clip, picture), List.of(1, -1, 1));
    Multiply square = Multiply.of("square", sum, sum);
    Multiply product = Multiply.of("product", square, clip);
    Window window = new Window(new Step(2, 3), new Step(2, 1), new Margins(1, 0, 1, 1));
    MaxPool max = MaxPool.of("max", product, window);
    AvgPool mean = AvgPool.of("mean", product, window);
    Indices indices = Indices.of(random.ints(30, 0, 2 * max.shape().elements()).toArray());
    Gather gather = Gather.of("gather", List.of(max, mean), Shape.of(3, 10), indices);
    Pad pad = Pad.of("pad", gather, List.of(0, 1), List.of(1, 0), -0.5f);
    Softmax softmax = Softmax.of("softmax", pad);
    ArgMax classes = ArgMax.of("class", pad);
    Graph net =
        new Graph(
            List.of(
                picture, scale, leaky, clip, sum, square, product, max, mean, gather, pad, softmax,
                classes),
            List.of(new Graph.Output("p", "softmax"), new Graph.Output("c", "class")));
    float[] images = randoms(random, 200 * 40);
    for (int i = 0; i < images.length / 2; i++) {
      images[i] = Math.signum(images[i]);
    }
    NumericRanges bounds = NumericRanges.bound(net, Map.of("in", new Range(-1, 1)));
    NumericRanges measured = NumericRanges.measure(net, images);
    for (Node node : net.nodes()) {
      assertThat(bounds.of(node).union(measured.of(node)))
          .as("%s, seed %d", node.name(), seed)
          .isEqualTo(bounds.of(node));
    }
    assertThat(bounds.of(square).min()).isZero();
    assertThat(bounds.of(clip)).isEqualTo(new Range(-0.4f, 0.7f));
    assertThat(bounds.of(classes)).isEqualTo(new Range(0, 10));
    assertThatThrownBy(() -> NumericRanges.bound(net, Map.of()))
        .hasMessage("no range is given for input in");
  }

  private static float[] randoms(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  @Test
  void boundsThatAreNotFiniteAreRefused() {
    assertThatThrownBy(() -> NumericRanges.bound(graph, new Range(0, Float.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sum has no finite bound");
  }
}
