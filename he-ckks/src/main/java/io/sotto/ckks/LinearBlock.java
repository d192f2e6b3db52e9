package io.sotto.ckks;

import io.sotto.natives.LinearKernel;
import io.sotto.natives.NativeBuffer;

/**
 * Some consecutive outputs of a {@link LinearMap}, its references and weights in native memory,
 * which the map owns.
 *
 * @param refs the input that each column takes, or {@link LinearMap#PADDING}
 * @param nativeWeights shared by the blocks that have the same weights
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record LinearBlock(
    int[] refs,
    int firstOutput,
    WeightMatrix weights,
    NativeBuffer nativeRefs,
    NativeBuffer nativeWeights) {
  int endOutput() {
    return firstOutput + weights.rows();
  }

  /**
   * Computes those of its outputs that are among some.
   *
   * @param in a row of residues for each input
   * @param columns residues in a row
   * @param first of the outputs asked for
   * @param out a row for each of these
   */
  void apply(long modulus, NativeBuffer in, int columns, int first, int count, NativeBuffer out) {
    int from = Math.max(firstOutput, first);
    int to = Math.min(endOutput(), first + count);
    if (from >= to) {
      return;
    }
    long rowBytes = (long) columns * Long.BYTES;
    long weightsBytes = (long) refs.length * Integer.BYTES;
    LinearKernel.accumulate(
        new LinearKernel.Product(modulus, columns, refs.length, to - from),
        in,
        nativeRefs,
        nativeWeights.slice((from - firstOutput) * weightsBytes, (to - from) * weightsBytes),
        out.slice((from - first) * rowBytes, (to - from) * rowBytes));
  }

  /** Adds its outputs in the clear, modulo 2^64. */
  void applyPlain(long[] values, int images, long[] result) {
    for (int row = 0; row < weights.rows(); row++) {
      int to = (firstOutput + row) * images;
      for (int i = 0; i < refs.length; i++) {
        if (refs[i] == LinearMap.PADDING) {
          continue;
        }
        long weight = weights.at(row, i);
        int from = refs[i] * images;
        for (int image = 0; image < images; image++) {
          result[to + image] += weight * values[from + image];
        }
      }
    }
  }

  /** The same on real numbers. */
  void applyPlain(double[] values, int images, double[] result) {
    for (int row = 0; row < weights.rows(); row++) {
      int to = (firstOutput + row) * images;
      for (int i = 0; i < refs.length; i++) {
        if (refs[i] == LinearMap.PADDING) {
          continue;
        }
        double weight = weights.at(row, i);
        int from = refs[i] * images;
        for (int image = 0; image < images; image++) {
          result[to + image] += weight * values[from + image];
        }
      }
    }
  }
}
