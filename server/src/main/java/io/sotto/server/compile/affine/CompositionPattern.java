package io.sotto.server.compile.affine;

import static io.sotto.server.compile.affine.AffineMap.ZERO;

import io.sotto.server.compile.affine.AffineMap.Block;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a block takes the rows of an inner map: which rows of which matrices, and which of their
 * columns are of the same input. Blocks of one pattern have the same product with the inner map.
 */
@SuppressWarnings("ReferenceEquality") // Which block or matrix it is counts, not what is in it.
final class CompositionPattern {
  private static final int UNKNOWN = ZERO - 1;

  private final Matrix outer;

  /** For each column of the outer matrix the inner one; null for nothing. */
  private final @Nullable Matrix[] matrices;

  private final int[] rows;

  /** For each column of the outer matrix the product's columns of the inner row's columns. */
  private final int[][] columns;

  private final int width;
  private @Nullable Matrix product;

  /** A block's pattern, and the inner map's inputs that its columns refer to. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; large.
  record Found(CompositionPattern pattern, int[] refs) {}

  private CompositionPattern(
      Matrix outer, @Nullable Matrix[] matrices, int[] rows, int[][] columns, int width) {
    this.outer = outer;
    this.matrices = matrices;
    this.rows = rows;
    this.columns = columns;
    this.width = width;
  }

  /** The pattern of a block that has none yet. */
  static Found of(Block block, BlockRows inner) {
    int count = block.refs().length;
    @Nullable Matrix[] matrices = new Matrix[count];
    int[] rows = new int[count];
    int[][] columns = new int[count][];
    Map<Integer, Integer> places = new HashMap<>();
    Block last = null;
    for (int k = 0; k < count; k++) {
      int ref = block.refs()[k];
      columns[k] = new int[0];
      if (ref == ZERO) {
        last = null;
        continue;
      }
      Block source = inner.block(ref);
      matrices[k] = source.weights();
      rows[k] = inner.row(ref);
      columns[k] = source == last ? columns[k - 1] : columns(source, places);
      last = source;
    }
    int[] refs = new int[Math.max(1, places.size())];
    refs[0] = ZERO;
    places.forEach((ref, column) -> refs[column] = ref);
    return new Found(
        new CompositionPattern(block.weights(), matrices, rows, columns, refs.length), refs);
  }

  /** A column for each of the inputs that a block of the inner map takes. */
  private static int[] columns(Block source, Map<Integer, Integer> places) {
    int[] columns = new int[source.refs().length];
    for (int j = 0; j < columns.length; j++) {
      int ref = source.refs()[j];
      columns[j] = ref == ZERO ? ZERO : places.computeIfAbsent(ref, key -> places.size());
    }
    return columns;
  }

  /** What a block's columns refer to if it has this pattern, but for what it lacks; else null. */
  int @Nullable [] match(Block block, BlockRows inner, SeenInputs seen) {
    if (!takesSameRows(block, inner)) {
      return null;
    }
    int[] refs = new int[width];
    Arrays.fill(refs, UNKNOWN);
    Block last = null;
    for (int k = 0; k < matrices.length; k++) {
      int ref = block.refs()[k];
      Block source = ref == ZERO ? null : inner.block(ref);
      boolean again = k > 0 && source == last && columns[k] == columns[k - 1];
      boolean fits =
          again || (source == null ? takesNothing(columns[k], refs) : takes(source, k, refs));
      if (!fits) {
        return null;
      }
      last = source;
    }
    return areApart(refs, seen) ? refs : null;
  }

  private boolean takesSameRows(Block block, BlockRows inner) {
    for (int k = 0; k < matrices.length; k++) {
      int ref = block.refs()[k];
      if (ref != ZERO && (inner.block(ref).weights() != matrices[k] || inner.row(ref) != rows[k])) {
        return false;
      }
    }
    return true;
  }

  private static boolean takesNothing(int[] columns, int[] refs) {
    for (int column : columns) {
      if (column != ZERO && !isSet(refs, column, ZERO)) {
        return false;
      }
    }
    return true;
  }

  private boolean takes(Block source, int k, int[] refs) {
    for (int j = 0; j < columns[k].length; j++) {
      int ref = source.refs()[j];
      int column = columns[k][j];
      boolean fits = column == ZERO ? ref == ZERO : isSet(refs, column, ref);
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /** Sets a column's reference; false if it has another one. */
  private static boolean isSet(int[] refs, int column, int ref) {
    if (refs[column] == UNKNOWN) {
      refs[column] = ref;
    }
    return refs[column] == ref;
  }

  /** Is every column another input, or nothing? */
  private static boolean areApart(int[] refs, SeenInputs seen) {
    seen.begin();
    for (int i = 0; i < refs.length; i++) {
      if (refs[i] == UNKNOWN) {
        refs[i] = ZERO;
      } else if (refs[i] != ZERO && !seen.add(refs[i])) {
        return false;
      }
    }
    return true;
  }

  /** The outer matrix times the rows of the inner ones. */
  Matrix product() {
    if (product == null) {
      double[] values = new double[Math.multiplyExact(outer.rows(), width)];
      for (int row = 0; row < outer.rows(); row++) {
        for (int k = 0; k < matrices.length; k++) {
          Matrix matrix = matrices[k];
          double weight = outer.get(row, k);
          if (matrix != null && weight != 0) {
            add(weight, matrix, k, values, row * width);
          }
        }
      }
      product = new Matrix(outer.rows(), width, values);
    }
    return product;
  }

  private void add(double weight, Matrix matrix, int k, double[] values, int first) {
    for (int j = 0; j < columns[k].length; j++) {
      if (columns[k][j] != ZERO) {
        values[first + columns[k][j]] += weight * matrix.get(rows[k], j);
      }
    }
  }
}
