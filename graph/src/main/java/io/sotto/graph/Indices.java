package io.sotto.graph;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An immutable row of element numbers, none negative. */
public final class Indices {
  private final int[] values;
  private final int largest;

  private Indices(int[] values, int largest) {
    this.values = values;
    this.largest = largest;
  }

  public static Indices of(int... values) {
    int largest = -1;
    for (int value : values) {
      if (value < 0) {
        throw new IllegalArgumentException("an element's number is not negative, unlike " + value);
      }
      largest = Math.max(largest, value);
    }
    return new Indices(values.clone(), largest);
  }

  public int size() {
    return values.length;
  }

  public int at(int position) {
    return values[position];
  }

  /** The largest number, -1 of none. */
  public int largest() {
    return largest;
  }

  public int[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Indices indices && Arrays.equals(values, indices.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Indices[" + values.length + "]";
  }
}
