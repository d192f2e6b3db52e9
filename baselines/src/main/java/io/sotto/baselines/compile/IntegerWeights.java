package io.sotto.baselines.compile;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.LinearMapBuilder;
import io.sotto.ckks.WeightMatrix;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.Matrix;
import java.util.IdentityHashMap;

/** A layer's weights as ciphertexts with slots are multiplied by them. */
final class IntegerWeights {
  private IntegerWeights() {}

  /** The layer's weights, scaled and rounded. */
  static LinearMap of(SlotLayer layer, double scale) {
    LinearMapBuilder builder = LinearMap.builder(layer.map().inputs(), layer.outputs());
    IdentityHashMap<Matrix, WeightMatrix> shared = new IdentityHashMap<>();
    int output = 0;
    for (AffineMap.Block block : layer.map().blocks()) {
      builder.block(
          block.refs(),
          output,
          shared.computeIfAbsent(block.weights(), weights -> rounded(block, scale)));
      output += block.weights().rows();
    }
    return builder.build();
  }

  /**
   * Nearest integers, but never a row of zeros: a ciphertext times zero is none any more. The
   * smallest weight stands in, far below what matters.
   */
  private static WeightMatrix rounded(AffineMap.Block block, double scale) {
    Matrix weights = block.weights();
    int columns = weights.columns();
    int[] integers = new int[weights.rows() * columns];
    for (int row = 0; row < weights.rows(); row++) {
      boolean zeros = true;
      for (int column = 0; column < columns; column++) {
        int integer = Math.toIntExact(Math.round(weights.get(row, column) * scale));
        integers[row * columns + column] = integer;
        zeros = zeros && integer == 0;
      }
      for (int column = 0; column < columns && zeros; column++) {
        if (block.refs()[column] != AffineMap.ZERO) {
          integers[row * columns + column] = 1;
        }
      }
    }
    return WeightMatrix.of(weights.rows(), integers);
  }
}
