package io.sotto.gc.garble;

import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.internal.LabelKernel;

/**
 * A block of instances of a circuit, and where in its chunk what belongs to it begins.
 *
 * @param first index of its first instance among all
 * @param start the same within the chunk
 */
record CircuitBlock(Circuit circuit, int first, int start, int size) {
  /** Bytes of the labels of a wire. */
  int wireBytes() {
    return LabelKernel.lanes(size) * LabelKernel.LABEL_BYTES;
  }

  /** Where the labels of the evaluator's inputs begin: whole blocks are before this one. */
  int inputsAt() {
    return circuit.evaluatorInputs() * start * LabelKernel.LABEL_BYTES;
  }

  /** Where the labels of the evaluator's last input begin, its number's top bit. */
  int lastInputAt() {
    return inputsAt() + (circuit.evaluatorInputs() - 1) * wireBytes();
  }

  long tablesAt() {
    return CircuitChunks.tableBytes(circuit, start);
  }

  long tableBytes() {
    return CircuitChunks.tableBytes(circuit, size);
  }

  long colourBytes() {
    return CircuitChunks.colourBytes(circuit, size);
  }
}
