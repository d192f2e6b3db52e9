package io.sotto.graph;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable constant tensor in row-major order, all values finite. It never prints its values: a
 * model's weights are the secret of its owner.
 */
public final class Weights {
  private final Shape shape;
  private final float[] values;

  private Weights(Shape shape, float[] values) {
    this.shape = shape;
    this.values = values;
  }

  public static Weights of(Shape shape, float... values) {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(
          "weights of shape %s have %d values, not %d"
              .formatted(shape, shape.elements(), values.length));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException("weights are finite, not %s".formatted(values[i]));
      }
    }
    return new Weights(shape, values.clone());
  }

  public Shape shape() {
    return shape;
  }

  public int size() {
    return values.length;
  }

  /** The value at a row-major position. */
  public float at(int index) {
    return values[index];
  }

  /** A copy of all values, row-major. */
  public float[] toArray() {
    return values.clone();
  }

  /**
   * The values of some places of the last axis, a row a place: of a product's weights, which are
   * inputs x outputs, those of each output.
   */
  public double[] rows(int from, int to) {
    int places = shape.lastDim();
    int length = values.length / places;
    double[] rows = new double[(to - from) * length];
    for (int place = from; place < to; place++) {
      for (int i = 0; i < length; i++) {
        rows[(place - from) * length + i] = values[i * places + place];
      }
    }
    return rows;
  }

  /** The largest absolute value, 0 for no weights. */
  public float maxAbs() {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }

  /** Not copied: for kernels of this package, which only read. */
  float[] raw() {
    return values;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Weights weights
        && shape.equals(weights.shape)
        && Arrays.equals(values, weights.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Weights[" + shape + "]";
  }
}
