package io.sotto.server.compile.formats;

import io.sotto.server.compile.operations.Op;

/**
 * A linear layer with all its formats.
 *
 * @param inputFraction of the input with the finest fraction; the weights of others are larger
 * @param bits m, the width of its shares
 * @param wideBits L
 * @param bound the largest magnitude possible
 * @param wanted fraction bits that the settings ask for
 */
public record LinearFormat(
    Op.Linear layer,
    QuantizedMap weights,
    int inputFraction,
    int outputFraction,
    int bits,
    int wideBits,
    double expected,
    double bound,
    int wanted) {
  public int productFraction() {
    return inputFraction + weights.weightFraction();
  }

  /** Bits of the products that are dropped. */
  public int dropped() {
    return productFraction() - outputFraction;
  }

  LinearFormat withWidth(int width) {
    return new LinearFormat(
        layer,
        weights,
        inputFraction,
        outputFraction,
        width,
        wideBits + width - bits,
        expected,
        bound,
        wanted);
  }
}
