package io.sotto.natives;

import static io.sotto.natives.LabelSizes.LABEL_BYTES;
import static io.sotto.natives.LabelSizes.labelBytes;
import static io.sotto.natives.LabelSizes.lanes;
import static io.sotto.natives.LabelSizes.notNegative;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_circuit;

/**
 * Garbling and evaluating circuits, which are public, for blocks of instances. Each function is
 * specified where it is used, in {@code io.sotto.gc.internal.LabelKernel}.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}.
 */
public final class HalfGates {
  private static final int GATE_BYTES = 16;
  private static final CallStruct<sotto_circuit> CIRCUIT = new CallStruct<>(sotto_circuit::new);

  private HalfGates() {}

  /**
   * A circuit.
   *
   * @param gates (operation, first, second, target) of each gate, int32
   */
  public record Circuit(NativeBuffer gates, int gateCount, int slotCount) {
    private sotto_circuit struct() {
      return CIRCUIT
          .get()
          .gates(gates.pointer("gates", (long) notNegative("gateCount", gateCount) * GATE_BYTES))
          .gate_count(gateCount)
          .slot_count(slotCount);
    }
  }

  /** Garbles a circuit for a block of n instances. */
  public static void garble(
      Circuit circuit,
      int n,
      NativeBuffer slots,
      NativeBuffer delta,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    NativeCall.check(
        NativeFacade.sotto_half_gates_garble(
            circuit.struct(),
            n,
            slots.pointer("slots", slotBytes(circuit.slotCount, n)),
            delta.pointer("delta", LABEL_BYTES),
            sessionKey.pointer("sessionKey", LABEL_BYTES),
            firstGateId,
            tables.pointer(),
            tables.size()));
  }

  /** Evaluates a garbled circuit for a block of n instances. */
  public static void evaluate(
      Circuit circuit,
      int n,
      NativeBuffer slots,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    NativeCall.check(
        NativeFacade.sotto_half_gates_evaluate(
            circuit.struct(),
            n,
            slots.pointer("slots", slotBytes(circuit.slotCount, n)),
            sessionKey.pointer("sessionKey", LABEL_BYTES),
            firstGateId,
            tables.pointer(),
            tables.size()));
  }

  /** The lowest bits of the labels in some slots. */
  public static void colours(
      NativeBuffer outputs,
      int outputCount,
      int slotCount,
      int n,
      NativeBuffer slots,
      NativeBuffer bits) {
    NativeCall.check(
        NativeFacade.sotto_half_gates_colours(
            outputs.pointer(
                "outputs", (long) notNegative("outputCount", outputCount) * Integer.BYTES),
            outputCount,
            slotCount,
            n,
            slots.pointer("slots", slotBytes(slotCount, n)),
            bits.pointer("bits", outputCount * lanes(n) / 8)));
  }

  private static long slotBytes(int slotCount, int n) {
    return notNegative("slotCount", slotCount) * labelBytes(n);
  }
}
