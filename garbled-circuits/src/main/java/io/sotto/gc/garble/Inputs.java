package io.sotto.gc.garble;

import io.sotto.gc.circuit.BitMatrix;

/** What both parties ask of the bits that they are given. */
final class Inputs {
  private Inputs() {}

  static void check(String whose, BitMatrix inputs, int rows, int columns) {
    if (inputs.rows() != rows || inputs.columns() != columns) {
      throw new IllegalArgumentException(
          "%s inputs are %d x %d bits; the circuit and the instances need %d x %d"
              .formatted(whose, inputs.rows(), inputs.columns(), rows, columns));
    }
  }
}
