package io.sotto.graph;

import io.sotto.graph.NumericRanges.Range;
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
  private final Map<String, Range> inputs;
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
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < interval.low.length; i++) {
        min = Math.min(min, interval.low[i]);
        max = Math.max(max, interval.high[i]);
      }
      if (!Float.isFinite(min) || !Float.isFinite(max)) {
        throw new IllegalArgumentException(
            "%s has no finite bound for inputs in %s".formatted(node.name(), inputs));
      }
      ranges.put(node.name(), new Range(min, max));
    }
    return ranges;
  }

  private Interval inputOf(Node node) {
    return inputOf(node, 0);
  }

  private Interval inputOf(Node node, int index) {
    return Objects.requireNonNull(intervals.get(node.inputs().get(index)), "a graph is in order");
  }

  /** Both ends through the kernel of a node that grows with each of its inputs' elements. */
  private Interval rising(Node node) {
    FloatKernel kernel = node.accept(kernels);
    int count = node.inputs().size();
    float[][] low = new float[count][];
    float[][] high = new float[count][];
    for (int i = 0; i < count; i++) {
      low[i] = inputOf(node, i).low;
      high[i] = inputOf(node, i).high;
    }
    return new Interval(kernel.run(low, 1), kernel.run(high, 1));
  }

  private static Interval constant(Node node, float low, float high) {
    float[] lows = new float[node.shape().elements()];
    float[] highs = new float[lows.length];
    Arrays.fill(lows, low);
    Arrays.fill(highs, high);
    return new Interval(lows, highs);
  }

  @Override
  public Interval visit(Input node) {
    Range range = inputs.get(node.name());
    if (range == null) {
      throw new IllegalArgumentException("no range is given for input " + node.name());
    }
    return constant(node, range.min(), range.max());
  }

  @Override
  public Interval visit(Conv2D node) {
    return linear(
        inputOf(node),
        kernels.visit(node.withWeights(part(node.weights(), 1))),
        kernels.visit(node.withWeights(part(node.weights(), -1))));
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
    return rising(node);
  }

  @Override
  public Interval visit(Scale node) {
    Interval in = inputOf(node);
    float[] factors = node.factors();
    float[] offsets = node.offsets();
    float[] low = new float[factors.length];
    float[] high = new float[factors.length];
    for (int i = 0; i < low.length; i++) {
      float one = factors[i] * in.low[i] + offsets[i];
      float other = factors[i] * in.high[i] + offsets[i];
      low[i] = Math.min(one, other);
      high[i] = Math.max(one, other);
    }
    return new Interval(low, high);
  }

  @Override
  public Interval visit(Add node) {
    float[] low = new float[node.shape().elements()];
    float[] high = new float[low.length];
    for (int j = 0; j < node.signs().size(); j++) {
      Interval in = inputOf(node, j);
      boolean minus = node.signs().get(j) < 0;
      for (int i = 0; i < low.length; i++) {
        low[i] += minus ? -in.high[i] : in.low[i];
        high[i] += minus ? -in.low[i] : in.high[i];
      }
    }
    return new Interval(low, high);
  }

  @Override
  public Interval visit(Multiply node) {
    Interval left = inputOf(node, 0);
    Interval right = inputOf(node, 1);
    float[] low = new float[node.shape().elements()];
    float[] high = new float[low.length];
    for (int i = 0; i < low.length; i++) {
      float a = left.low[i] * right.low[i];
      float b = left.high[i] * right.high[i];
      float c = left.low[i] * right.high[i];
      float d = left.high[i] * right.low[i];
      boolean through = left.low[i] < 0 && left.high[i] > 0;
      low[i] =
          !node.isSquare()
              ? Math.min(Math.min(a, b), Math.min(c, d))
              : through ? 0 : Math.min(a, b);
      high[i] = node.isSquare() ? Math.max(a, b) : Math.max(Math.max(a, b), Math.max(c, d));
    }
    return new Interval(low, high);
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
    Interval in = inputOf(node);
    float[] slopes = node.slopes();
    float[] low = new float[slopes.length];
    float[] high = new float[slopes.length];
    for (int i = 0; i < low.length; i++) {
      float one = FloatKernels.leaky(in.low[i], slopes[i]);
      float other = FloatKernels.leaky(in.high[i], slopes[i]);
      // With a negative slope both ends may lie above the lowest point, which is at zero.
      boolean through = in.low[i] < 0 && in.high[i] > 0;
      low[i] = Math.min(Math.min(one, other), through ? 0 : one);
      high[i] = Math.max(one, other);
    }
    return new Interval(low, high);
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
    return constant(node, 0, 1);
  }

  @Override
  public Interval visit(ArgMax node) {
    return constant(node, 0, kernels.inputShape(node).lastDim() - 1f);
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
