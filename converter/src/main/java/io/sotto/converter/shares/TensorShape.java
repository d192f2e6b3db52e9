package io.sotto.converter.shares;

import java.util.List;
import java.util.stream.Collectors;

/** A tensor's shape without the batch axis. */
public record TensorShape(List<Integer> dimensions) {
  /** The most axes of a shape. */
  public static final int MAX_RANK = 8;

  public TensorShape {
    dimensions = List.copyOf(dimensions);
    if (dimensions.size() > MAX_RANK) {
      throw new IllegalArgumentException(
          "a shape has %d axes; allowed are up to %d".formatted(dimensions.size(), MAX_RANK));
    }
    int elements = 1;
    for (int dimension : dimensions) {
      if (dimension < 1) {
        throw new IllegalArgumentException("an axis of a shape has length " + dimension);
      }
      elements = Math.multiplyExact(elements, dimension);
    }
  }

  public int elements() {
    return dimensions.stream().reduce(1, Math::multiplyExact);
  }

  /** The length of the last axis, along which probabilities are made; 1 for a single number. */
  public int lastDimension() {
    return dimensions.isEmpty() ? 1 : dimensions.get(dimensions.size() - 1);
  }

  @Override
  public String toString() {
    return dimensions.isEmpty()
        ? "scalar"
        : dimensions.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
