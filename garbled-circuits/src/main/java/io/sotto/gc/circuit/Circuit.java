package io.sotto.gc.circuit;

import java.util.Arrays;

/**
 * A Boolean circuit, as a list of gates over slots.
 *
 * <p>Wires live in slots. The garbler's input i is in slot i, the evaluator's input j in slot
 * {@code garblerInputs + j} when the evaluation starts. Gates are evaluated in order; each reads
 * one slot or two and writes one. A slot is used again once its wire has been read for the last
 * time, so a gate may write a slot that it reads, and the slots of inputs don't keep them: whoever
 * needs an input twice sets it twice. So {@link #slots} is the largest number of wires alive at
 * once, and with it an evaluator's working memory stays small. Output k is in slot {@code
 * outputSlot(k)} at the end; two outputs may share a slot.
 *
 * <p><b>Security.</b> Circuits are public: both parties know them.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class Circuit {

  /** What a gate does. */
  public static final int XOR = 0;

  /** What a gate does. */
  public static final int AND = 1;

  /** What a gate does; the second input of such a gate equals its first. */
  public static final int NOT = 2;

  private static final int FIELDS = 4;

  private final int garblerInputs;
  private final int evaluatorInputs;
  private final int slots;
  private final int andCount;
  private final int[] gates;
  private final int[] outputSlots;

  /** Takes over the arrays; {@link CircuitBuilder} is the one who calls. */
  Circuit(int garblerInputs, int evaluatorInputs, int slots, int[] gates, int[] outputSlots) {
    this.garblerInputs = garblerInputs;
    this.evaluatorInputs = evaluatorInputs;
    this.slots = slots;
    this.gates = gates;
    this.outputSlots = outputSlots;
    int ands = 0;
    for (int g = 0; g < gateCount(); g++) {
      if (operation(g) == AND) {
        ands++;
      }
    }
    this.andCount = ands;
  }

  /** Input bits of the garbler. */
  public int garblerInputs() {
    return garblerInputs;
  }

  /** Input bits of the evaluator. */
  public int evaluatorInputs() {
    return evaluatorInputs;
  }

  /** Output bits. */
  public int outputs() {
    return outputSlots.length;
  }

  /** Slots that an evaluation needs. */
  public int slots() {
    return slots;
  }

  /** Gates of any kind. */
  public int gateCount() {
    return gates.length / FIELDS;
  }

  /** AND gates, the ones that cost something. */
  public int andCount() {
    return andCount;
  }

  /** {@link #XOR}, {@link #AND} or {@link #NOT}. */
  public int operation(int gate) {
    return gates[gate * FIELDS];
  }

  /** Slot of a gate's first input. */
  public int firstInput(int gate) {
    return gates[gate * FIELDS + 1];
  }

  /** Slot of a gate's second input. */
  public int secondInput(int gate) {
    return gates[gate * FIELDS + 2];
  }

  /** Slot that a gate writes. */
  public int target(int gate) {
    return gates[gate * FIELDS + 3];
  }

  /** Slot of an output. */
  public int outputSlot(int output) {
    return outputSlots[output];
  }

  /** All gates as (operation, first, second, target) after one another; a copy. */
  public int[] gateTable() {
    return gates.clone();
  }

  /** The slots of all outputs; a copy. */
  public int[] outputTable() {
    return outputSlots.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Circuit c
        && garblerInputs == c.garblerInputs
        && evaluatorInputs == c.evaluatorInputs
        && slots == c.slots
        && Arrays.equals(gates, c.gates)
        && Arrays.equals(outputSlots, c.outputSlots);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(gates) + Arrays.hashCode(outputSlots);
  }

  @Override
  public String toString() {
    return String.format(
        "Circuit[%d+%d inputs, %d outputs, %d gates, %d ANDs, %d slots]",
        garblerInputs, evaluatorInputs, outputs(), gateCount(), andCount, slots);
  }
}
