package io.sotto.tfimport.graph;

import io.sotto.tfimport.graph.NumericRanges.Range;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Ranges by interval arithmetic, element by element: each output's largest value takes the inputs'
 * largest where its weight is positive and their smallest where it is negative. Both come out of
 * the node's own kernel, run on the positive and on the negative weights apart.
 */
final class RangeBounds implements Node.Visitor<RangeBounds.Interval> {
  /** Covers the rounding of float sums over any number of terms that occurs. */
  private static final float MARGIN = 1e-4f;

  private final FloatKernels kernels;
  private final Range input;
  private final Map<String, Interval> intervals = new HashMap<>();

  /** Both ends for each element of a tensor. */
  static final class Interval {
    private final float[] low;
    private final float[] high;

    private Interval(float[] low, float[] high) {
      this.low = low;
      this.high = high;
    }

    private Interval map(FloatKernel kernel) {
      return new Interval(kernel.run(new float[][] {low}, 1), kernel.run(new float[][] {high}, 1));
    }
  }

  private RangeBounds(Graph graph, Range input) {
    this.kernels = new FloatKernels(graph);
    this.input = input;
  }

  static Map<String, Range> of(Graph graph, Range input) {
    RangeBounds bounds = new RangeBounds(graph, input);
    Map<String, Range> ranges = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      Interval interval = node.accept(bounds);
      bounds.intervals.put(node.name(), interval);
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < interval.low.length; i++) {
        min = Math.min(min, interval.low[i]);
        max = Math.max(max, interval.high[i]);
      }
      if (!Float.isFinite(min) || !Float.isFinite(max)) {
        throw new IllegalArgumentException(
            "%s has no finite bound for inputs from %s to %s"
                .formatted(node.name(), input.min(), input.max()));
      }
      ranges.put(node.name(), new Range(min, max));
    }
    return ranges;
  }

  private Interval inputOf(Node node) {
    return Objects.requireNonNull(intervals.get(node.inputs().get(0)), "a graph is in order");
  }

  @Override
  public Interval visit(Input node) {
    float[] low = new float[node.shape().elements()];
    float[] high = new float[low.length];
    Arrays.fill(low, input.min());
    Arrays.fill(high, input.max());
    return new Interval(low, high);
  }

  @Override
  public Interval visit(Conv2D node) {
    return linear(
        inputOf(node),
        kernels.visit(withWeights(node, part(node.weights(), 1))),
        kernels.visit(withWeights(node, part(node.weights(), -1))));
  }

  private static Conv2D withWeights(Conv2D node, Weights weights) {
    return new Conv2D(
        node.name(),
        node.input(),
        node.shape(),
        weights,
        node.stride(),
        node.dilation(),
        node.pads());
  }

  @Override
  public Interval visit(MatMul node) {
    Weights positive = part(node.weights(), 1);
    Weights negative = part(node.weights(), -1);
    return linear(
        inputOf(node),
        kernels.visit(new MatMul(node.name(), node.input(), node.shape(), positive)),
        kernels.visit(new MatMul(node.name(), node.input(), node.shape(), negative)));
  }

  @Override
  public Interval visit(BiasAdd node) {
    return inputOf(node).map(kernels.visit(node));
  }

  @Override
  public Interval visit(Relu node) {
    return inputOf(node).map(kernels.visit(node));
  }

  @Override
  public Interval visit(Pad node) {
    return inputOf(node).map(kernels.visit(node));
  }

  @Override
  public Interval visit(Reshape node) {
    return inputOf(node);
  }

  private static Interval linear(Interval in, FloatKernel positive, FloatKernel negative) {
    Interval rising = in.map(positive);
    Interval falling = in.map(negative);
    float[] low = new float[rising.low.length];
    float[] high = new float[low.length];
    for (int i = 0; i < low.length; i++) {
      low[i] = rising.low[i] + falling.high[i];
      high[i] = rising.high[i] + falling.low[i];
      float margin =
          MARGIN
              * (Math.abs(rising.high[i])
                  + Math.abs(rising.low[i])
                  + Math.abs(falling.high[i])
                  + Math.abs(falling.low[i]));
      low[i] -= margin;
      high[i] += margin;
    }
    return new Interval(low, high);
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
