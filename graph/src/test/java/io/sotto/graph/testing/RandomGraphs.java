package io.sotto.graph.testing;

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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Small nets of any kinds of nodes, the same one for the same seed: branches that meet again,
 * several inputs and outputs, odd windows and shapes. Values stay within some tens.
 */
public final class RandomGraphs {
  private static final int MAX_ELEMENTS = 150;
  private static final int MAX_ATTEMPTS = 200;

  private final Random random;
  private final List<Class<? extends Node>> kinds;
  private final List<Node> nodes = new ArrayList<>();

  private RandomGraphs(long seed, Set<Class<? extends Node>> allowed) {
    this.random = new Random(seed);
    // In a fixed order, so that the seed alone decides.
    this.kinds = allKinds().stream().filter(allowed::contains).toList();
  }

  /** All kinds of nodes but the input. */
  public static List<Class<? extends Node>> allKinds() {
    return List.of(
        Conv2D.class,
        MatMul.class,
        BiasAdd.class,
        Scale.class,
        Add.class,
        Multiply.class,
        Relu.class,
        Clip.class,
        LeakyRelu.class,
        MaxPool.class,
        AvgPool.class,
        Pad.class,
        Reshape.class,
        Gather.class,
        Softmax.class,
        ArgMax.class);
  }

  /** A graph of any kinds. */
  public static Graph of(long seed) {
    return of(seed, Set.copyOf(allKinds()));
  }

  /** A graph of the kinds allowed. */
  public static Graph of(long seed, Set<Class<? extends Node>> allowed) {
    return new RandomGraphs(seed, allowed).make();
  }

  /** One array an input, values from -1 to 1. */
  public static List<float[]> images(Graph graph, long seed, int count) {
    Random random = new Random(seed);
    List<float[]> inputs = new ArrayList<>();
    for (Input input : graph.inputs()) {
      float[] images = new float[count * input.shape().elements()];
      for (int i = 0; i < images.length; i++) {
        images[i] = random.nextFloat() * 2 - 1;
      }
      inputs.add(images);
    }
    return inputs;
  }

  private Graph make() {
    int inputs = random.nextInt(6) == 0 ? 2 : 1;
    for (int i = 0; i < inputs; i++) {
      nodes.add(new Input("in" + i, randomInputShape()));
    }
    int target = nodes.size() + 3 + random.nextInt(8);
    for (int attempt = 0; attempt < MAX_ATTEMPTS && nodes.size() < target; attempt++) {
      Node from = random.nextInt(4) > 0 ? nodes.get(nodes.size() - 1) : any(nodes);
      Node node = grow(any(kinds), from);
      if (node != null && node.shape().elements() <= MAX_ELEMENTS) {
        nodes.add(node);
      }
    }
    return new Graph(nodes, outputs());
  }

  private Shape randomInputShape() {
    return random.nextInt(4) == 0
        ? Shape.of(2 + random.nextInt(8))
        : Shape.of(3 + random.nextInt(4), 3 + random.nextInt(4), 1 + random.nextInt(3));
  }

  private List<Graph.Output> outputs() {
    List<Node> sinks =
        nodes.stream()
            .filter(node -> nodes.stream().noneMatch(other -> other.inputs().contains(node.name())))
            .filter(node -> !(node instanceof Input))
            .toList();
    List<Graph.Output> outputs = new ArrayList<>();
    for (Node sink : sinks.isEmpty() ? List.of(nodes.get(nodes.size() - 1)) : sinks) {
      Node last = sink;
      Class<? extends Node> head = any(kinds);
      if ((head == Softmax.class || head == ArgMax.class) && sink.shape().rank() > 0) {
        last = head == Softmax.class ? Softmax.of(name(), sink) : ArgMax.of(name(), sink);
        nodes.add(last);
      }
      outputs.add(new Graph.Output("out" + outputs.size(), last.name()));
    }
    return outputs;
  }

  private String name() {
    return "n" + nodes.size();
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private float between(double low, double high) {
    return (float) (low + random.nextDouble() * (high - low));
  }

  private Weights weights(double low, double high, Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = between(low, high);
    }
    return Weights.of(shape, values);
  }

  /** A node of this kind behind another one; null if that can't be. */
  private @Nullable Node grow(Class<? extends Node> kind, Node from) {
    Shape shape = from.shape();
    boolean picture = shape.rank() == 3;
    if (kind == Conv2D.class) {
      return picture ? convolution(from) : null;
    } else if (kind == MatMul.class) {
      return shape.rank() == 1 ? product(from) : null;
    } else if (kind == BiasAdd.class) {
      return shape.rank() == 0
          ? null
          : BiasAdd.of(name(), from, weights(-0.5, 0.5, Shape.of(shape.lastDim())));
    } else if (kind == Scale.class) {
      Weights factor = weights(-1.2, 1.2, constantShape(shape));
      return Scale.of(name(), from, factor, weights(-0.5, 0.5, constantShape(shape)));
    } else if (kind == Add.class) {
      return sum(from);
    } else if (kind == Multiply.class) {
      return Multiply.of(name(), from, other(from));
    } else if (kind == Relu.class) {
      return Relu.of(name(), from);
    } else if (kind == Clip.class) {
      float low = random.nextInt(3) == 0 ? Float.NEGATIVE_INFINITY : between(-1, 0);
      boolean open = random.nextInt(3) == 0 && Float.isFinite(low);
      return Clip.of(name(), from, low, open ? Float.POSITIVE_INFINITY : between(0, 2));
    } else if (kind == LeakyRelu.class) {
      return LeakyRelu.of(name(), from, weights(-0.4, 0.8, constantShape(shape)));
    } else if (kind == MaxPool.class || kind == AvgPool.class) {
      return picture ? pool(kind, from) : null;
    } else if (kind == Pad.class) {
      return pad(from);
    } else if (kind == Reshape.class) {
      return Reshape.of(name(), from, reshaped(shape));
    } else if (kind == Gather.class) {
      return gather(from);
    }
    // Softmax and ArgMax come last.
    return null;
  }

  private @Nullable Conv2D convolution(Node from) {
    Shape in = from.shape();
    Step kernel = new Step(1 + random.nextInt(3), 1 + random.nextInt(3));
    Step stride = new Step(1 + random.nextInt(2), 1 + random.nextInt(2));
    Step dilation = random.nextInt(4) == 0 ? new Step(2, 2) : Step.ONE;
    Margins pads =
        new Margins(random.nextInt(2), random.nextInt(2), random.nextInt(2), random.nextInt(2));
    int channels = in.dim(2);
    int groups = any(List.of(1, 1, channels, channels % 2 == 0 ? 2 : 1));
    int outputs = groups * (1 + random.nextInt(groups == 1 ? 5 : 2));
    if ((kernel.height() - 1) * dilation.height() >= in.dim(0) + pads.top() + pads.bottom()
        || (kernel.width() - 1) * dilation.width() >= in.dim(1) + pads.left() + pads.right()) {
      return null;
    }
    int fan = kernel.height() * kernel.width() * channels / groups;
    double bound = Math.sqrt(3.0 / fan);
    Shape shape = Shape.of(kernel.height(), kernel.width(), channels / groups, outputs);
    return Conv2D.of(name(), from, weights(-bound, bound, shape), stride, dilation, pads, groups);
  }

  private MatMul product(Node from) {
    int inputs = from.shape().dim(0);
    double bound = Math.sqrt(3.0 / inputs);
    return MatMul.of(
        name(), from, weights(-bound, bound, Shape.of(inputs, 1 + random.nextInt(10))));
  }

  /** One number, one a channel, one an element, or any axes. */
  private Shape constantShape(Shape shape) {
    if (shape.rank() == 0 || random.nextInt(3) == 0) {
      return Shape.of();
    }
    if (random.nextBoolean()) {
      return Shape.of(shape.lastDim());
    }
    return new Shape(shape.dims().stream().map(dim -> random.nextBoolean() ? dim : 1).toList());
  }

  private Add sum(Node from) {
    List<Node> inputs = new ArrayList<>(List.of(from, other(from)));
    if (random.nextInt(4) == 0) {
      inputs.add(other(from));
    }
    Collections.shuffle(inputs, random);
    List<Integer> signs = inputs.stream().map(input -> random.nextInt(3) == 0 ? -1 : 1).toList();
    return Add.of(name(), inputs, signs);
  }

  /** Any node of the same shape, perhaps the node itself. */
  private Node other(Node node) {
    return any(nodes.stream().filter(one -> one.shape().equals(node.shape())).toList());
  }

  private Node pool(Class<? extends Node> kind, Node from) {
    Shape in = from.shape();
    Step size =
        new Step(
            1 + random.nextInt(Math.min(3, in.dim(0))), 1 + random.nextInt(Math.min(3, in.dim(1))));
    Margins pads =
        new Margins(
            random.nextInt(size.height()),
            random.nextInt(size.height()),
            random.nextInt(size.width()),
            random.nextInt(size.width()));
    Window window =
        random.nextInt(4) == 0
            ? Window.over(in)
            : new Window(size, new Step(1 + random.nextInt(3), 1 + random.nextInt(3)), pads);
    return kind == MaxPool.class
        ? MaxPool.of(name(), from, window)
        : AvgPool.of(name(), from, window);
  }

  private @Nullable Node pad(Node from) {
    int rank = from.shape().rank();
    if (rank == 0) {
      return null;
    }
    List<Integer> before = IntStream.range(0, rank).mapToObj(i -> random.nextInt(2)).toList();
    List<Integer> after = IntStream.range(0, rank).mapToObj(i -> random.nextInt(2)).toList();
    return Pad.of(name(), from, before, after, random.nextInt(3) == 0 ? between(-1, 1) : 0);
  }

  /** A vector, or a picture of any factors. */
  private Shape reshaped(Shape shape) {
    int elements = shape.elements();
    if (random.nextBoolean()) {
      return Shape.of(elements);
    }
    int height = divisor(elements);
    int width = divisor(elements / height);
    return Shape.of(height, width, elements / height / width);
  }

  private int divisor(int number) {
    return any(IntStream.rangeClosed(1, number).filter(i -> number % i == 0).boxed().toList());
  }

  /** Tensors joined, axes exchanged, or elements taken at random. */
  private Gather gather(Node from) {
    Shape shape = from.shape();
    if (random.nextInt(3) == 0) {
      int count = 1 + random.nextInt(12);
      Node second = any(nodes);
      int elements = shape.elements() + second.shape().elements();
      int[] indices = IntStream.range(0, count).map(i -> random.nextInt(elements)).toArray();
      return Gather.of(name(), List.of(from, second), Shape.of(count), Indices.of(indices));
    }
    if (random.nextBoolean() && shape.rank() > 1) {
      int rows = shape.dim(0);
      int columns = shape.elements() / rows;
      int[] turned =
          IntStream.range(0, rows * columns).map(i -> i % rows * columns + i / rows).toArray();
      List<Integer> dims = new ArrayList<>(shape.dims().subList(1, shape.rank()));
      dims.add(rows);
      return Gather.of(name(), from, new Shape(dims), Indices.of(turned));
    }
    Node second = other(from);
    int elements = shape.elements();
    int channels = shape.rank() == 0 ? 1 : shape.lastDim();
    int[] joined =
        IntStream.range(0, 2 * elements)
            .map(
                i -> {
                  int row = i / (2 * channels);
                  int channel = i % (2 * channels);
                  return channel < channels
                      ? row * channels + channel
                      : elements + row * channels + channel - channels;
                })
            .toArray();
    List<Integer> dims = new ArrayList<>(shape.dims());
    if (dims.isEmpty()) {
      dims.add(1);
    }
    dims.set(dims.size() - 1, 2 * channels);
    return Gather.of(name(), List.of(from, second), new Shape(dims), Indices.of(joined));
  }
}
