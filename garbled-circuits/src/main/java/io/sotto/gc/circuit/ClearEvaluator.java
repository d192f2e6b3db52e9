package io.sotto.gc.circuit;

import java.nio.LongBuffer;

/**
 * Evaluates circuits in the clear, 64 instances to a word: what a garbled evaluation must agree
 * with.
 *
 * <p><b>Security.</b> Needs both parties' inputs; for tests and for plaintext twins.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> Inputs whose sizes don't fit the circuit are wrong use.
 */
public final class ClearEvaluator {
  /** Words of a row that are worked on together, so that all slots stay in cache. */
  private static final int STRIP = 64;

  private ClearEvaluator() {}

  /** The outputs, a row each. */
  public static BitMatrix evaluate(
      Circuit circuit, BitMatrix garblerInputs, BitMatrix evaluatorInputs) {
    int columns = garblerInputs.columns();
    if (garblerInputs.rows() != circuit.garblerInputs()
        || evaluatorInputs.rows() != circuit.evaluatorInputs()
        || evaluatorInputs.columns() != columns) {
      throw new IllegalArgumentException(
          "inputs of %d x %d and %d x %d bits for %s"
              .formatted(
                  garblerInputs.rows(),
                  columns,
                  evaluatorInputs.rows(),
                  evaluatorInputs.columns(),
                  circuit));
    }
    BitMatrix outputs = new BitMatrix(circuit.outputs(), columns);
    long[][] slots = new long[circuit.slots()][STRIP];
    int rowWords = outputs.rowWords();
    LongBuffer garbler = garblerInputs.words();
    LongBuffer evaluator = evaluatorInputs.words();
    LongBuffer result = outputs.words();
    int words = (columns + 63) / 64;
    for (int w = 0; w < words; w += STRIP) {
      int n = Math.min(STRIP, words - w);
      for (int i = 0; i < garblerInputs.rows(); i++) {
        garbler.get(i * rowWords + w, slots[i], 0, n);
      }
      for (int i = 0; i < evaluatorInputs.rows(); i++) {
        evaluator.get(i * rowWords + w, slots[garblerInputs.rows() + i], 0, n);
      }
      run(circuit, slots, n);
      for (int k = 0; k < circuit.outputs(); k++) {
        long[] bits = slots[circuit.outputSlot(k)];
        if (w + n == words && columns % 64 != 0) {
          long kept = bits[n - 1];
          bits[n - 1] &= -1L >>> -columns;
          result.put(k * rowWords + w, bits, 0, n);
          bits[n - 1] = kept;
        } else {
          result.put(k * rowWords + w, bits, 0, n);
        }
      }
    }
    return outputs;
  }

  private static void run(Circuit circuit, long[][] slots, int n) {
    for (int g = 0; g < circuit.gateCount(); g++) {
      long[] a = slots[circuit.firstInput(g)];
      long[] b = slots[circuit.secondInput(g)];
      long[] c = slots[circuit.target(g)];
      switch (circuit.operation(g)) {
        case Circuit.XOR -> {
          for (int i = 0; i < n; i++) {
            c[i] = a[i] ^ b[i];
          }
        }
        case Circuit.AND -> {
          for (int i = 0; i < n; i++) {
            c[i] = a[i] & b[i];
          }
        }
        case Circuit.NOT -> {
          for (int i = 0; i < n; i++) {
            c[i] = ~a[i];
          }
        }
        default -> throw new IllegalStateException("operation " + circuit.operation(g));
      }
    }
  }
}
