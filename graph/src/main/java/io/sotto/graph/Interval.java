package io.sotto.graph;

import java.util.Arrays;

/** Both ends for each element of a tensor. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Interval(float[] low, float[] high) {
  /** Covers the rounding of float sums over any number of terms that occurs. */
  private static final float MARGIN = 1e-4f;

  private static Interval empty(int elements) {
    return new Interval(new float[elements], new float[elements]);
  }

  /** The same ends for all elements. */
  static Interval constant(int elements, float low, float high) {
    Interval constant = empty(elements);
    Arrays.fill(constant.low, low);
    Arrays.fill(constant.high, high);
    return constant;
  }

  /** Both ends through a kernel that grows with each element. */
  Interval rising(FloatKernel kernel) {
    return rising(kernel, this);
  }

  /** The same of several tensors. */
  static Interval rising(FloatKernel kernel, Interval... in) {
    float[][] low = new float[in.length][];
    float[][] high = new float[in.length][];
    for (int i = 0; i < in.length; i++) {
      low[i] = in[i].low;
      high[i] = in[i].high;
    }
    return new Interval(kernel.run(low, 1), kernel.run(high, 1));
  }

  /** A product with weights, whose kernel is given for the positive and the negative ones apart. */
  Interval weighted(FloatKernel positive, FloatKernel negative) {
    Interval rising = rising(positive);
    Interval falling = rising(negative);
    Interval sum = empty(rising.low.length);
    for (int i = 0; i < sum.low.length; i++) {
      float margin =
          MARGIN
              * (Math.abs(rising.high[i])
                  + Math.abs(rising.low[i])
                  + Math.abs(falling.high[i])
                  + Math.abs(falling.low[i]));
      sum.low[i] = rising.low[i] + falling.high[i] - margin;
      sum.high[i] = rising.high[i] + falling.low[i] + margin;
    }
    return sum;
  }

  /** {@code factors[i] * x[i] + offsets[i]}. */
  Interval scaled(float[] factors, float[] offsets) {
    Interval scaled = empty(factors.length);
    for (int i = 0; i < factors.length; i++) {
      float one = factors[i] * low[i] + offsets[i];
      float other = factors[i] * high[i] + offsets[i];
      scaled.low[i] = Math.min(one, other);
      scaled.high[i] = Math.max(one, other);
    }
    return scaled;
  }

  /** Adds another one to this, or takes it away. */
  void add(Interval other, boolean minus) {
    for (int i = 0; i < low.length; i++) {
      low[i] += minus ? -other.high[i] : other.low[i];
      high[i] += minus ? -other.low[i] : other.high[i];
    }
  }

  Interval times(Interval other) {
    Interval product = empty(low.length);
    for (int i = 0; i < low.length; i++) {
      float a = low[i] * other.low[i];
      float b = high[i] * other.high[i];
      float c = low[i] * other.high[i];
      float d = high[i] * other.low[i];
      product.low[i] = Math.min(Math.min(a, b), Math.min(c, d));
      product.high[i] = Math.max(Math.max(a, b), Math.max(c, d));
    }
    return product;
  }

  /** Of each element's product with itself. */
  Interval squared() {
    Interval square = empty(low.length);
    for (int i = 0; i < low.length; i++) {
      float a = low[i] * low[i];
      float b = high[i] * high[i];
      square.low[i] = holdsZeroInside(i) ? 0 : Math.min(a, b);
      square.high[i] = Math.max(a, b);
    }
    return square;
  }

  Interval leaky(float[] slopes) {
    Interval leaky = empty(slopes.length);
    for (int i = 0; i < slopes.length; i++) {
      float one = FloatKernels.leaky(low[i], slopes[i]);
      float other = FloatKernels.leaky(high[i], slopes[i]);
      // With a negative slope both ends may lie above the lowest point, which is at zero.
      leaky.low[i] = Math.min(Math.min(one, other), holdsZeroInside(i) ? 0 : one);
      leaky.high[i] = Math.max(one, other);
    }
    return leaky;
  }

  private boolean holdsZeroInside(int i) {
    return low[i] < 0 && high[i] > 0;
  }

  float min() {
    float min = Float.POSITIVE_INFINITY;
    for (float end : low) {
      min = Math.min(min, end);
    }
    return min;
  }

  float max() {
    float max = Float.NEGATIVE_INFINITY;
    for (float end : high) {
      max = Math.max(max, end);
    }
    return max;
  }
}
