package io.sotto.gc.garble;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.internal.GateProgram;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * A circuit garbled or evaluated for block after block of instances, whose inputs' labels are the
 * garbler's public ones and those of the evaluator's transfers.
 *
 * <p><b>Security, threading, failure.</b> As {@link Garbler} and {@link Evaluator}.
 */
final class GarbledBlocks {
  private final Correlations own;
  private final GateProgram program;
  private final Circuit circuit;
  private final NativeBuffer slots;
  private final ByteBuffer slotBytes;

  /** The memory lives as long as the scope. */
  GarbledBlocks(Correlations own, Circuit circuit, int largestBlockLanes, Scope scope) {
    this.own = own;
    this.circuit = circuit;
    this.program = GateProgram.of(circuit, scope);
    this.slots =
        scope.allocate((long) circuit.slots() * largestBlockLanes * LabelKernel.LABEL_BYTES);
    this.slotBytes = slots.bytes();
  }

  /**
   * Garbles the circuit for n instances from one on.
   *
   * @param transfers the zero labels of the evaluator's inputs, from transferAt on
   */
  void garble(
      int n,
      BitMatrix inputs,
      int firstInstance,
      ByteBuffer transfers,
      int transferAt,
      NativeBuffer tables) {
    int lanes = LabelKernel.lanes(n);
    int ownLabels = publicLabels(lanes, transfers, transferAt);
    if (ownLabels > 0) {
      long firstByte = firstInstance / 8;
      NativeBuffer bits = inputs.memory().slice(firstByte, inputs.memory().size() - firstByte);
      own.kernel()
          .addOffset(slots, circuit.garblerInputs(), lanes, bits, inputs.rowBytes(), own.offset());
    }
    own.kernel().garble(program, n, slots, own.offset(), own.sessionKey(), gateIds(), tables);
  }

  /**
   * Evaluates the circuit for n instances.
   *
   * @param transfers the active labels of this side's inputs, from transferAt on
   */
  void evaluate(int n, ByteBuffer transfers, int transferAt, NativeBuffer tables) {
    publicLabels(LabelKernel.lanes(n), transfers, transferAt);
    own.kernel().evaluate(program, n, slots, own.sessionKey(), gateIds(), tables);
  }

  /** The garbler's active labels and, after them, the evaluator's. */
  private int publicLabels(int lanes, ByteBuffer transfers, int transferAt) {
    int labels = circuit.garblerInputs() * lanes;
    own.kernel().generate(own.labelKey(), own.nonces().labels(labels), labels, slots);
    int otherBytes = circuit.evaluatorInputs() * lanes * LabelKernel.LABEL_BYTES;
    slotBytes.put(labels * LabelKernel.LABEL_BYTES, transfers, transferAt, otherBytes);
    return labels;
  }

  private long gateIds() {
    return own.nonces().gateIds(2L * circuit.andCount());
  }

  /** The colours of the outputs' labels, zero labels at the garbler, active ones at the other. */
  void colours(int n, NativeBuffer bits) {
    own.kernel().colours(program, n, slots, bits);
  }

  /** The labels of an output. */
  NativeBuffer output(int output, int n) {
    long bytes = (long) LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
    return slots.slice(circuit.outputSlot(output) * bytes, bytes);
  }
}
