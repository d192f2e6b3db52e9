package io.sotto.server.compile.affine;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dense matrix of weights in row-major order, one row an output. Never printed. */
public final class Matrix {
  private final int rows;
  private final int columns;
  private final double[] values;

  public Matrix(int rows, int columns, double[] values) {
    if (values.length != Math.multiplyExact(rows, columns)) {
      throw new IllegalArgumentException(
          "%d values given for a matrix of %dx%d".formatted(values.length, rows, columns));
    }
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  public double get(int row, int column) {
    return values[row * columns + column];
  }

  double maxAbs() {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }

  double[] maxAbsByColumn() {
    double[] max = new double[columns];
    for (int i = 0; i < values.length; i++) {
      max[i % columns] = Math.max(max[i % columns], Math.abs(values[i]));
    }
    return max;
  }

  /** The rows from one up to, not including, another. */
  Matrix rows(int from, int to) {
    return new Matrix(to - from, columns, Arrays.copyOfRange(values, from * columns, to * columns));
  }

  Matrix scaledRows(List<Double> factors) {
    double[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factors.get(i / columns);
    }
    return new Matrix(rows, columns, scaled);
  }

  /** Factors that are no numbers leave their column as it is. */
  Matrix scaledColumns(double[] factors) {
    double[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      double factor = factors[i % columns];
      scaled[i] *= Double.isNaN(factor) ? 1 : factor;
    }
    return new Matrix(rows, columns, scaled);
  }

  /** This matrix and another one of as many rows to the right of it. */
  Matrix beside(Matrix other) {
    int width = columns + other.columns;
    double[] joined = new double[Math.multiplyExact(rows, width)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * columns, joined, row * width, columns);
      System.arraycopy(
          other.values, row * other.columns, joined, row * width + columns, other.columns);
    }
    return new Matrix(rows, width, joined);
  }

  /** All values scaled by {@code 2^fraction} and rounded to the nearest integer. */
  public int[] quantize(int fraction) {
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
