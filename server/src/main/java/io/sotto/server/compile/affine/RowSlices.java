package io.sotto.server.compile.affine;

import io.sotto.server.compile.affine.AffineMap.Block;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** Rows of matrices, each made once. */
final class RowSlices {
  private final IdentityHashMap<Matrix, Map<Long, Matrix>> known = new IdentityHashMap<>();
  private final Map<Integer, Block> nothing = new HashMap<>();

  Matrix of(Matrix matrix, int row, int count) {
    if (count == matrix.rows()) {
      return matrix;
    }
    return known
        .computeIfAbsent(matrix, key -> new HashMap<>())
        .computeIfAbsent((long) row * matrix.rows() + count, key -> matrix.rows(row, row + count));
  }

  Block nothing(int count) {
    return nothing.computeIfAbsent(
        count, n -> new Block(new int[] {AffineMap.ZERO}, new Matrix(n, 1, new double[n])));
  }
}
