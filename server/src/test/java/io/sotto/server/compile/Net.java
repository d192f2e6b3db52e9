package io.sotto.server.compile;

import io.sotto.graph.Add;
import io.sotto.graph.ArgMax;
import io.sotto.graph.AvgPool;
import io.sotto.graph.BiasAdd;
import io.sotto.graph.Clip;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Gather;
import io.sotto.graph.Graph;
import io.sotto.graph.Indices;
import io.sotto.graph.Input;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.MatMul;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Multiply;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Softmax;
import io.sotto.graph.Weights;
import io.sotto.graph.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Builds models with branches; weights are random, as large as keeps results near 1. */
public final class Net {
  private final Random random;
  private final List<Node> nodes = new ArrayList<>();

  public Net(long seed) {
    random = new Random(seed);
  }

  private <N extends Node> N add(N node) {
    nodes.add(node);
    return node;
  }

  private String name(String kind) {
    return kind + nodes.size();
  }

  private Weights weights(double limit, int... shape) {
    float[] values = new float[Shape.of(shape).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
    return Weights.of(Shape.of(shape), values);
  }

  public Node input(int... shape) {
    return add(new Input(name("x"), Shape.of(shape)));
  }

  public Node conv(Node x, int size, int outputs) {
    return conv(x, size, outputs, 1, 1);
  }

  /** Padded like SAME. */
  public Node conv(Node x, int size, int outputs, int stride, int groups) {
    int channels = x.shape().dim(2) / groups;
    Weights weights =
        weights(1.7 / Math.sqrt(size * size * channels), size, size, channels, outputs);
    Step step = new Step(stride, stride);
    Margins pads = Margins.same(x.shape(), weights.shape(), step, Step.ONE);
    return add(Conv2D.of(name("conv"), x, weights, step, Step.ONE, pads, groups));
  }

  public Node dense(Node x, int outputs) {
    int inputs = x.shape().elements();
    return add(
        MatMul.of(name("dense"), flat(x), weights(1.7 / Math.sqrt(inputs), inputs, outputs)));
  }

  public Node flat(Node x) {
    return x.shape().rank() == 1 ? x : reshape(x, x.shape().elements());
  }

  public Node reshape(Node x, int... shape) {
    return add(Reshape.of(name("reshape"), x, Shape.of(shape)));
  }

  public Node bias(Node x) {
    return add(BiasAdd.of(name("bias"), x, weights(0.3, x.shape().lastDim())));
  }

  /** A factor and an offset a channel. */
  public Node norm(Node x) {
    int channels = x.shape().lastDim();
    float[] factors = weights(0.4, channels).toArray();
    for (int i = 0; i < channels; i++) {
      factors[i] += 1;
    }
    return add(
        Scale.of(name("norm"), x, Weights.of(Shape.of(channels), factors), weights(0.3, channels)));
  }

  public Node relu(Node x) {
    return add(Relu.of(name("relu"), x));
  }

  public Node clip(Node x, float low, float high) {
    return add(Clip.of(name("clip"), x, low, high));
  }

  public Node leaky(Node x) {
    return add(LeakyRelu.of(name("leaky"), x, weights(0.4, x.shape().lastDim())));
  }

  public Node plus(Node... terms) {
    return add(Add.of(name("add"), List.of(terms), List.of(terms).stream().map(t -> 1).toList()));
  }

  public Node minus(Node a, Node b) {
    return add(Add.of(name("sub"), List.of(a, b), List.of(1, -1)));
  }

  public Node times(Node a, Node b) {
    return add(Multiply.of(name("times"), a, b));
  }

  public Node maxPool(Node x, int size, int stride, int pads) {
    return add(MaxPool.of(name("maxpool"), x, window(size, stride, pads)));
  }

  public Node avgPool(Node x, int size, int stride, int pads) {
    return add(AvgPool.of(name("avgpool"), x, window(size, stride, pads)));
  }

  public Node globalAverage(Node x) {
    return flat(add(AvgPool.of(name("mean"), x, Window.over(x.shape()))));
  }

  private static Window window(int size, int stride, int pads) {
    return new Window(
        new Step(size, size), new Step(stride, stride), new Margins(pads, pads, pads, pads));
  }

  public Node pad(Node x, int by, float value) {
    List<Integer> margins = new ArrayList<>();
    for (int axis = 0; axis < x.shape().rank(); axis++) {
      margins.add(axis < 2 && x.shape().rank() == 3 ? by : 0);
    }
    return add(Pad.of(name("pad"), x, margins, margins, value));
  }

  /** Along the last axis. */
  public Node concat(Node... parts) {
    int total = 0;
    int rows = parts[0].shape().elements() / parts[0].shape().lastDim();
    for (Node part : parts) {
      total += part.shape().lastDim();
    }
    int[] indices = new int[rows * total];
    int channel = 0;
    int first = 0;
    for (Node part : parts) {
      int width = part.shape().lastDim();
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < width; i++) {
          indices[row * total + channel + i] = first + row * width + i;
        }
      }
      channel += width;
      first += part.shape().elements();
    }
    List<Integer> dims = new ArrayList<>(parts[0].shape().dims());
    dims.set(dims.size() - 1, total);
    return add(Gather.of(name("concat"), List.of(parts), new Shape(dims), Indices.of(indices)));
  }

  /** Some channels. */
  public Node channels(Node x, int from, int to) {
    int width = x.shape().lastDim();
    int rows = x.shape().elements() / width;
    int[] indices = new int[rows * (to - from)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i / (to - from) * width + from + i % (to - from);
    }
    List<Integer> dims = new ArrayList<>(x.shape().dims());
    dims.set(dims.size() - 1, to - from);
    return add(Gather.of(name("slice"), x, new Shape(dims), Indices.of(indices)));
  }

  /** All elements in a random order. */
  public Node shuffled(Node x) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < x.shape().elements(); i++) {
      order.add(random.nextInt(x.shape().elements()));
    }
    return add(
        Gather.of(
            name("gather"),
            x,
            x.shape(),
            Indices.of(order.stream().mapToInt(Integer::intValue).toArray())));
  }

  public Node softmax(Node x) {
    return add(Softmax.of(name("softmax"), x));
  }

  public Node argMax(Node x) {
    return add(ArgMax.of(name("argmax"), x));
  }

  public Graph build(Node... outputs) {
    List<Graph.Output> named = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      named.add(new Graph.Output("y" + i, outputs[i].name()));
    }
    return new Graph(nodes, named);
  }
}
