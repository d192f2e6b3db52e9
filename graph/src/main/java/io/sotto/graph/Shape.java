package io.sotto.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The axes of one image's tensor, outermost first; the batch axis is never among them. */
public record Shape(List<Integer> dims) {

  public Shape {
    dims = List.copyOf(dims);
    int elements = 1;
    for (int dim : dims) {
      if (dim < 1) {
        throw new IllegalArgumentException("a shape's axes are positive, not " + dims);
      }
      try {
        elements = Math.multiplyExact(elements, dim);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "a tensor has at most 2147483647 elements, not as many as " + dims, e);
      }
    }
  }

  public static Shape of(int... dims) {
    List<Integer> list = new ArrayList<>(dims.length);
    for (int dim : dims) {
      list.add(dim);
    }
    return new Shape(list);
  }

  public int rank() {
    return dims.size();
  }

  public int dim(int axis) {
    return dims.get(axis);
  }

  /** The innermost axis: the channels of a picture, the features of a vector. */
  public int lastDim() {
    if (dims.isEmpty()) {
      throw new IllegalStateException("a scalar has no axis");
    }
    return dims.get(dims.size() - 1);
  }

  public int elements() {
    int elements = 1;
    for (int dim : dims) {
      elements *= dim;
    }
    return elements;
  }

  /** For example {@code 28x28x1}; {@code scalar} when there are no axes. */
  @Override
  public String toString() {
    return dims.isEmpty()
        ? "scalar"
        : dims.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
