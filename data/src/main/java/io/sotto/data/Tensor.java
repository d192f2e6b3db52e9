package io.sotto.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Numbers and their shape, the last axis running fastest. For batches the first axis is the image.
 * The array is not copied: whoever changes it changes the tensor.
 */
@SuppressWarnings("ArrayRecordComponent") // batches are large; equality is by content, below
public record Tensor(List<Integer> shape, float[] values) {

  /** The most axes, as many as NumPy allows in all its versions. */
  public static final int MAX_RANK = 32;

  public Tensor {
    shape = List.copyOf(shape);
    if (shape.size() > MAX_RANK) {
      throw new IllegalArgumentException(
          "a shape of %d axes given; allowed are up to %d".formatted(shape.size(), MAX_RANK));
    }
    long elements = 1;
    for (int length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException("an axis of length " + length + " given");
      }
      elements = Math.multiplyExact(elements, length);
    }
    if (elements != values.length) {
      throw new IllegalArgumentException(
          "%d numbers given for shape %s, which has %d"
              .formatted(values.length, describe(shape), elements));
    }
  }

  /** A tensor of two axes; all rows must be of one length. */
  public static Tensor ofRows(float[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, width)];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != width) {
        throw new IllegalArgumentException(
            "row %d has %d numbers, row 0 has %d; rows of a batch are of one length"
                .formatted(i, rows[i].length, width));
      }
      System.arraycopy(rows[i], 0, values, i * width, width);
    }
    return new Tensor(List.of(rows.length, width), values);
  }

  /** Length of the first axis, which is the number of images of a batch. */
  public int rows() {
    if (shape.isEmpty()) {
      throw new IllegalStateException("a scalar has no rows");
    }
    return shape.get(0);
  }

  /** Numbers in one row, that is, along all axes but the first. */
  public int rowElements() {
    rows();
    return shape.stream().skip(1).reduce(1, Math::multiplyExact);
  }

  /** A copy of one row. */
  public float[] row(int index) {
    return slice(index, index + 1).values;
  }

  /** A copy of all rows. */
  public float[][] toRows() {
    return IntStream.range(0, rows()).mapToObj(this::row).toArray(float[][]::new);
  }

  /** A copy of the rows from one index up to, not including, another. */
  public Tensor slice(int from, int to) {
    if (from < 0 || to < from || to > rows()) {
      throw new IllegalArgumentException(
          "rows %d..%d asked for of a tensor of %d rows".formatted(from, to, rows()));
    }
    int width = rowElements();
    List<Integer> sliced =
        IntStream.range(0, shape.size()).mapToObj(i -> i == 0 ? to - from : shape.get(i)).toList();
    return new Tensor(sliced, Arrays.copyOfRange(values, from * width, to * width));
  }

  /** The rows of all tensors, which agree in all axes but the first, one after the other. */
  public static Tensor concatenate(List<Tensor> parts) {
    Tensor first = parts.get(0);
    int rows = 0;
    for (Tensor part : parts) {
      if (!part.shape
          .subList(1, part.shape.size())
          .equals(first.shape.subList(1, first.shape.size()))) {
        throw new IllegalArgumentException(
            "rows of shape %s can't follow rows of shape %s"
                .formatted(describe(part.shape), describe(first.shape)));
      }
      rows = Math.addExact(rows, part.rows());
    }
    List<Integer> shape = new ArrayList<>(first.shape);
    shape.set(0, rows);
    float[] values = new float[Math.multiplyExact(rows, first.rowElements())];
    int at = 0;
    for (Tensor part : parts) {
      System.arraycopy(part.values, 0, values, at, part.values.length);
      at += part.values.length;
    }
    return new Tensor(shape, values);
  }

  /** For each row the index of its largest number, the first of several: a classifier's classes. */
  public int[] argMax() {
    int width = rowElements();
    if (width == 0) {
      throw new IllegalStateException("rows without numbers have no largest one");
    }
    int[] classes = new int[rows()];
    for (int row = 0; row < classes.length; row++) {
      int best = 0;
      for (int i = 1; i < width; i++) {
        if (values[row * width + i] > values[row * width + best]) {
          best = i;
        }
      }
      classes[row] = best;
    }
    return classes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && shape.equals(tensor.shape)
        && Arrays.equals(values, tensor.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  /** The shape only: the numbers may be somebody's secret. */
  @Override
  public String toString() {
    return "Tensor[" + describe(shape) + "]";
  }

  /** A shape as people write it: {@code 16x28x28}. */
  public static String describe(List<Integer> shape) {
    return shape.isEmpty()
        ? "scalar"
        : shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
