package io.sotto.baselines.compile;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.LinearMapBuilder;
import io.sotto.ckks.WeightMatrix;
import java.util.IdentityHashMap;

/** A layer's weights as ciphertexts with slots are multiplied by them. */
final class IntegerWeights {
  private IntegerWeights() {}

  /** The layer's weights, scaled and rounded. */
  static LinearMap of(SlotLayer layer, double scale) {
    LinearMapBuilder builder = LinearMap.builder(layer.inputs(), layer.outputs());
    IdentityHashMap<double[], WeightMatrix> shared = new IdentityHashMap<>();
    int output = 0;
    for (SlotLayer.Block block : layer.blocks()) {
      builder.block(
          block.refs(),
          output,
          shared.computeIfAbsent(block.weights(), weights -> rounded(block, scale)));
      output += block.rows();
    }
    return builder.build();
  }

  /**
   * Nearest integers, but never a row of zeros: a ciphertext times zero is none any more. The
   * smallest weight stands in, far below what matters.
   */
  private static WeightMatrix rounded(SlotLayer.Block block, double scale) {
    int columns = block.refs().length;
    int[] integers = new int[block.weights().length];
    for (int row = 0; row < block.rows(); row++) {
      boolean zeros = true;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        integers[i] = Math.toIntExact(Math.round(block.weights()[i] * scale));
        zeros = zeros && integers[i] == 0;
      }
      if (zeros) {
        for (int i = 0; i < columns; i++) {
          if (block.refs()[i] != SlotLayer.ZERO) {
            integers[row * columns + i] = 1;
          }
        }
      }
    }
    return WeightMatrix.of(block.rows(), integers);
  }
}
