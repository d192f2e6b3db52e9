package io.sotto.graph;

import java.util.Arrays;

/**
 * Products with weights. They run innermost over the outputs: the weights' contiguous axis, one
 * vector register after the other. Zeros, half of what a ReLU yields, are skipped.
 */
final class FloatProducts {
  private FloatProducts() {}

  static float[] matrix(MatMul node, float[] in, int images) {
    int rows = node.weights().shape().dim(0);
    int columns = node.weights().shape().dim(1);
    float[] weights = node.weights().raw();
    float[] out = new float[Math.multiplyExact(images, columns)];
    float[] sums = new float[columns];
    for (int image = 0; image < images; image++) {
      Arrays.fill(sums, 0);
      for (int row = 0; row < rows; row++) {
        addScaled(sums, 0, columns, in[image * rows + row], weights, row * columns);
      }
      System.arraycopy(sums, 0, out, image * columns, columns);
    }
    return out;
  }

  /** Adds some of the weights, scaled, to sums. */
  static void addScaled(
      float[] sums, int first, int count, float factor, float[] weights, int offset) {
    if (factor == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      sums[first + i] += factor * weights[offset + i];
    }
  }
}
