package io.sotto.graph;

import io.sotto.graph.NumericRanges.Range;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Ranges by interval arithmetic, element by element: each output's largest value takes the inputs'
 * largest where its weight is positive and their smallest where it is negative. Both come out of
 * the node's own kernel, run on the positive and on the negative weights apart.
 */
final class RangeBounds implements Node.Visitor<Interval> {
  private final FloatKernels kernels;
  private final Map<String, Range> inputs;
  private final Map<String, Interval> intervals = new HashMap<>();

  private RangeBounds(Graph graph, Map<String, Range> inputs) {
    this.kernels = new FloatKernels(graph);
    this.inputs = inputs;
  }

  static Map<String, Range> of(Graph graph, Map<String, Range> inputs) {
    RangeBounds bounds = new RangeBounds(graph, inputs);
    Map<String, Range> ranges = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      Interval interval = node.accept(bounds);
      bounds.intervals.put(node.name(), interval);
      if (!Float.isFinite(interval.min()) || !Float.isFinite(interval.max())) {
        throw new IllegalArgumentException(
            "%s has no finite bound for inputs in %s".formatted(node.name(), inputs));
      }
      ranges.put(node.name(), new Range(interval.min(), interval.max()));
    }
    return ranges;
  }

  private Interval inputOf(Node node) {
    return inputOf(node, 0);
  }

  private Interval inputOf(Node node, int index) {
    return Objects.requireNonNull(intervals.get(node.inputs().get(index)), "a graph is in order");
  }

  /** Of a node that grows with each of its inputs' elements. */
  private Interval rising(Node node) {
    Interval[] in = new Interval[node.inputs().size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = inputOf(node, i);
    }
    return Interval.rising(node.accept(kernels), in);
  }

  @Override
  public Interval visit(Input node) {
    Range range = inputs.get(node.name());
    if (range == null) {
      throw new IllegalArgumentException("no range is given for input " + node.name());
    }
    return Interval.constant(node.shape().elements(), range.min(), range.max());
  }

  @Override
  public Interval visit(Conv2D node) {
    return weighted(node);
  }

  @Override
  public Interval visit(MatMul node) {
    return weighted(node);
  }

  private Interval weighted(WeightedNode node) {
    return inputOf(node)
        .weighted(
            node.withWeights(part(node.weights(), 1)).accept(kernels),
            node.withWeights(part(node.weights(), -1)).accept(kernels));
  }

  @Override
  public Interval visit(BiasAdd node) {
    return rising(node);
  }

  @Override
  public Interval visit(Scale node) {
    return inputOf(node).scaled(node.factors(), node.offsets());
  }

  @Override
  public Interval visit(Add node) {
    Interval sum = Interval.constant(node.shape().elements(), 0, 0);
    for (int i = 0; i < node.signs().size(); i++) {
      sum.add(inputOf(node, i), node.signs().get(i) < 0);
    }
    return sum;
  }

  @Override
  public Interval visit(Multiply node) {
    return node.isSquare() ? inputOf(node, 0).squared() : inputOf(node, 0).times(inputOf(node, 1));
  }

  @Override
  public Interval visit(Relu node) {
    return rising(node);
  }

  @Override
  public Interval visit(Clip node) {
    return rising(node);
  }

  @Override
  public Interval visit(LeakyRelu node) {
    return inputOf(node).leaky(node.slopes());
  }

  @Override
  public Interval visit(MaxPool node) {
    return rising(node);
  }

  @Override
  public Interval visit(AvgPool node) {
    return rising(node);
  }

  @Override
  public Interval visit(Pad node) {
    return rising(node);
  }

  @Override
  public Interval visit(Reshape node) {
    return rising(node);
  }

  @Override
  public Interval visit(Gather node) {
    return rising(node);
  }

  @Override
  public Interval visit(Softmax node) {
    return Interval.constant(node.shape().elements(), 0, 1);
  }

  @Override
  public Interval visit(ArgMax node) {
    float last = kernels.inputShape(node).lastDim() - 1f;
    return Interval.constant(node.shape().elements(), 0, last);
  }

  /** The weights of one sign, zero in place of the others. */
  private static Weights part(Weights weights, int sign) {
    float[] values = weights.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = sign > 0 ? Math.max(0, values[i]) : Math.min(0, values[i]);
    }
    return Weights.of(weights.shape(), values);
  }
}
