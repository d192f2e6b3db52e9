package io.sotto.server.compile;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A dense matrix of weights in row-major order, one row an output. Never printed. */
final class Matrix {
  private final int rows;
  private final int columns;
  private final double[] values;

  Matrix(int rows, int columns, double[] values) {
    if (values.length != Math.multiplyExact(rows, columns)) {
      throw new IllegalArgumentException(
          "%d values given for a matrix of %dx%d".formatted(values.length, rows, columns));
    }
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  double get(int row, int column) {
    return values[row * columns + column];
  }

  double maxAbs() {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }

  Matrix row(int row) {
    return new Matrix(1, columns, Arrays.copyOfRange(values, row * columns, (row + 1) * columns));
  }

  /** All values scaled by {@code 2^fraction} and rounded to the nearest integer. */
  int[] quantize(int fraction) {
    double scale = Math.scalb(1.0, fraction);
    int[] integers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = Math.toIntExact((long) Math.rint(values[i] * scale));
    }
    return integers;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Matrix matrix
        && rows == matrix.rows
        && Arrays.equals(values, matrix.values);
  }

  @Override
  public int hashCode() {
    return 31 * rows + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Matrix[" + rows + "x" + columns + "]";
  }
}
