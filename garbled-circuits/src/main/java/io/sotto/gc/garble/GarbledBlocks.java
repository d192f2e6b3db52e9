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
   * Garbles the circuit for a block.
   *
   * @param transfers the zero labels of the evaluator's inputs of the chunk
   * @param tables of the chunk
   */
  void garble(CircuitBlock block, BitMatrix inputs, ByteBuffer transfers, NativeBuffer tables) {
    int lanes = LabelKernel.lanes(block.size());
    if (publicLabels(block, transfers) > 0) {
      long firstByte = block.first() / 8;
      NativeBuffer bits = inputs.memory().slice(firstByte, inputs.memory().size() - firstByte);
      own.kernel()
          .addOffset(slots, circuit.garblerInputs(), lanes, bits, inputs.rowBytes(), own.offset());
    }
    NativeBuffer target = tables.slice(block.tablesAt(), block.tableBytes());
    own.kernel()
        .garble(program, block.size(), slots, own.offset(), own.sessionKey(), gateIds(), target);
  }

  /**
   * Evaluates the circuit for a block.
   *
   * @param transfers the active labels of this side's inputs of the chunk
   * @param tables of the chunk
   */
  void evaluate(CircuitBlock block, ByteBuffer transfers, NativeBuffer tables) {
    publicLabels(block, transfers);
    NativeBuffer source = tables.slice(block.tablesAt(), block.tableBytes());
    own.kernel().evaluate(program, block.size(), slots, own.sessionKey(), gateIds(), source);
  }

  /** The garbler's active labels and, after them, the evaluator's; how many are the garbler's. */
  private int publicLabels(CircuitBlock block, ByteBuffer transfers) {
    int labels = circuit.garblerInputs() * LabelKernel.lanes(block.size());
    own.kernel().generate(own.labelKey(), own.nonces().labels(labels), labels, slots);
    int evaluators = circuit.evaluatorInputs() * block.wireBytes();
    slotBytes.put(labels * LabelKernel.LABEL_BYTES, transfers, block.inputsAt(), evaluators);
    return labels;
  }

  private long gateIds() {
    return own.nonces().gateIds(2L * circuit.andCount());
  }

  /** The colours of the outputs' labels, zero labels at the garbler, active ones at the other. */
  void colours(CircuitBlock block, NativeBuffer bits) {
    own.kernel().colours(program, block.size(), slots, bits);
  }

  /** The labels of an output. */
  NativeBuffer output(int output, CircuitBlock block) {
    long bytes = block.wireBytes();
    return slots.slice(circuit.outputSlot(output) * bytes, bytes);
  }
}
