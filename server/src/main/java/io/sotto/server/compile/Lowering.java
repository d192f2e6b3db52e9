package io.sotto.server.compile;

import io.sotto.tfimport.graph.Add;
import io.sotto.tfimport.graph.ArgMax;
import io.sotto.tfimport.graph.AvgPool;
import io.sotto.tfimport.graph.BiasAdd;
import io.sotto.tfimport.graph.Clip;
import io.sotto.tfimport.graph.Conv2D;
import io.sotto.tfimport.graph.Gather;
import io.sotto.tfimport.graph.Graph;
import io.sotto.tfimport.graph.Input;
import io.sotto.tfimport.graph.LeakyRelu;
import io.sotto.tfimport.graph.MatMul;
import io.sotto.tfimport.graph.MaxPool;
import io.sotto.tfimport.graph.Multiply;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Pad;
import io.sotto.tfimport.graph.Relu;
import io.sotto.tfimport.graph.Reshape;
import io.sotto.tfimport.graph.Scale;
import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.graph.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Folds a graph into alternating linear layers and ReLUs.
 *
 * <p>Between two ReLUs everything becomes one affine map: nodes that only move elements (Pad,
 * Reshape) move references, weighted nodes that follow each other without an activation are
 * multiplied. A ReLU of what is not negative anyway disappears; a ReLU or an output that no
 * weighted node precedes gets the identity as its linear layer.
 *
 * <p>As a visitor it takes the next node of the chain and returns it.
 */
final class Lowering implements Node.Visitor<Node> {
  private final Graph graph;
  private final List<Layer> layers = new ArrayList<>();

  /**
   * Elements of the value that the current linear layer starts from: the input or a ReLU's result.
   */
  private int sourceElements;

  private boolean sourceIsRelu;

  /** Everything weighted since the source; null if nothing was. */
  private @Nullable AffineMap map;

  /** The current elements as references into the map's outputs or, without a map, the source. */
  private int[] view;

  private boolean viewIsIdentity;
  private final List<String> names = new ArrayList<>();
  private long parameters;
  private Node current;

  private Lowering(Graph graph) {
    this.graph = graph;
    this.current = graph.input();
    this.sourceElements = graph.input().shape().elements();
    this.view = identity(sourceElements);
    this.viewIsIdentity = true;
  }

  /**
   * The layers of a model, at least one linear one.
   *
   * @throws CompileException if the graph is no chain
   */
  static List<Layer> lower(Graph graph) {
    if (graph.inputs().size() != 1 || graph.outputs().size() != 1) {
      throw new CompileException(
          "a model with %d inputs and %d outputs can't be served yet"
              .formatted(graph.inputs().size(), graph.outputs().size()));
    }
    Lowering lowering = new Lowering(graph);
    for (Node node : graph.nodes()) {
      lowering.follow(node);
    }
    if (lowering.map != null || !lowering.viewIsIdentity || !lowering.sourceIsRelu) {
      lowering.endLinear();
    }
    return List.copyOf(lowering.layers);
  }

  private void follow(Node node) {
    if (!(node instanceof Input) && !node.inputs().equals(List.of(current.name()))) {
      throw new CompileException(
          "the model branches: %s takes %s instead of only what precedes it (%s); only chains of layers can be served"
              .formatted(node.name(), String.join(", ", node.inputs()), current.name()));
    }
    current = node.accept(this);
  }

  private static int[] identity(int elements) {
    return IntStream.range(0, elements).toArray();
  }

  @Override
  public Node visit(Input node) {
    return node;
  }

  @Override
  public Node visit(Reshape node) {
    return node;
  }

  @Override
  public Node visit(Pad node) {
    if (node.value() != 0) {
      throw notServed(node);
    }
    int[] padded = padded(node, graph.inputsOf(node).get(0).shape());
    for (int i = 0; i < padded.length; i++) {
      padded[i] = padded[i] == AffineMap.ZERO ? AffineMap.ZERO : view[padded[i]];
    }
    viewIsIdentity = viewIsIdentity && padded.length == view.length;
    view = padded;
    return node;
  }

  /** For each element of the padded tensor the element it comes from. */
  private static int[] padded(Pad node, Shape in) {
    int[] from = new int[node.shape().elements()];
    Arrays.fill(from, AffineMap.ZERO);
    for (int element = 0; element < in.elements(); element++) {
      int rest = element;
      int to = 0;
      int stride = 1;
      for (int axis = in.rank() - 1; axis >= 0; axis--) {
        to += (rest % in.dim(axis) + node.before().get(axis)) * stride;
        rest /= in.dim(axis);
        stride *= node.shape().dim(axis);
      }
      from[to] = element;
    }
    return from;
  }

  @Override
  public Node visit(Conv2D node) {
    if (node.groups() != 1) {
      throw notServed(node);
    }
    Shape in = graph.inputsOf(node).get(0).shape();
    int taps = node.kernelHeight() * node.kernelWidth() * node.inputChannels();
    Matrix weights = transposed(taps, node.outputChannels(), node.weights().toArray());
    List<AffineMap.Block> blocks = new ArrayList<>();
    for (int y = 0; y < node.shape().dim(0); y++) {
      for (int x = 0; x < node.shape().dim(1); x++) {
        blocks.add(new AffineMap.Block(taps(node, in, y, x, taps), weights));
      }
    }
    weighted(node, node.weights().size(), blocks);
    return node;
  }

  /** What one position of a convolution refers to, in the order of the kernel's own axes. */
  private int[] taps(Conv2D node, Shape in, int y, int x, int taps) {
    int[] refs = new int[taps];
    int tap = 0;
    for (int ky = 0; ky < node.kernelHeight(); ky++) {
      int fromY = y * node.stride().height() + ky * node.dilation().height() - node.pads().top();
      for (int kx = 0; kx < node.kernelWidth(); kx++) {
        int fromX = x * node.stride().width() + kx * node.dilation().width() - node.pads().left();
        boolean inside = fromY >= 0 && fromY < in.dim(0) && fromX >= 0 && fromX < in.dim(1);
        for (int channel = 0; channel < in.dim(2); channel++) {
          refs[tap++] =
              inside ? view[(fromY * in.dim(1) + fromX) * in.dim(2) + channel] : AffineMap.ZERO;
        }
      }
    }
    return refs;
  }

  @Override
  public Node visit(MatMul node) {
    Shape shape = node.weights().shape();
    Matrix weights = transposed(shape.dim(0), shape.dim(1), node.weights().toArray());
    weighted(node, node.weights().size(), List.of(new AffineMap.Block(view, weights)));
    return node;
  }

  /** TensorFlow's order is inputs x outputs; here a row is an output. */
  private static Matrix transposed(int inputs, int outputs, float[] values) {
    double[] rows = new double[values.length];
    for (int input = 0; input < inputs; input++) {
      for (int output = 0; output < outputs; output++) {
        rows[output * inputs + input] = values[input * outputs + output];
      }
    }
    return new Matrix(outputs, inputs, rows);
  }

  private void weighted(Node node, int weights, List<AffineMap.Block> blocks) {
    map =
        map == null
            ? AffineMap.of(sourceElements, blocks)
            : AffineMap.of(map.outputs(), blocks).after(map);
    view = identity(map.outputs());
    viewIsIdentity = true;
    names.add(node.name());
    parameters += weights;
  }

  @Override
  public Node visit(BiasAdd node) {
    parameters += node.bias().size();
    map = materialized().plusChannelBias(node.bias().toArray());
    return node;
  }

  @Override
  public Node visit(Relu node) {
    if (map == null && sourceIsRelu) {
      return node;
    }
    endLinear();
    layers.add(new Layer.Relu(node.name(), node));
    sourceElements = view.length;
    sourceIsRelu = true;
    return node;
  }

  @Override
  public Node visit(Scale node) {
    throw notServed(node);
  }

  @Override
  public Node visit(Add node) {
    throw notServed(node);
  }

  @Override
  public Node visit(Multiply node) {
    throw notServed(node);
  }

  @Override
  public Node visit(Clip node) {
    throw notServed(node);
  }

  @Override
  public Node visit(LeakyRelu node) {
    throw notServed(node);
  }

  @Override
  public Node visit(MaxPool node) {
    throw notServed(node);
  }

  @Override
  public Node visit(AvgPool node) {
    throw notServed(node);
  }

  @Override
  public Node visit(Gather node) {
    throw notServed(node);
  }

  @Override
  public Node visit(Softmax node) {
    throw notServed(node);
  }

  @Override
  public Node visit(ArgMax node) {
    throw notServed(node);
  }

  private static CompileException notServed(Node node) {
    return new CompileException("%s %s can't be served yet".formatted(node.kind(), node.name()));
  }

  /** The current elements as the outputs of a map, in order. */
  private AffineMap materialized() {
    AffineMap result;
    if (map == null) {
      result = AffineMap.select(sourceElements, view);
    } else {
      result = viewIsIdentity ? map : map.pick(view);
    }
    view = identity(result.outputs());
    viewIsIdentity = true;
    return result;
  }

  private void endLinear() {
    String name = names.isEmpty() ? "identity" : String.join("+", names);
    layers.add(new Layer.Linear(name, current, materialized(), parameters));
    map = null;
    names.clear();
    parameters = 0;
    sourceIsRelu = false;
  }
}
