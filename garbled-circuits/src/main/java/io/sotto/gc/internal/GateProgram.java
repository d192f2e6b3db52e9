package io.sotto.gc.internal;

import io.sotto.gc.circuit.Circuit;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/**
 * A circuit in the form that the kernels read.
 *
 * @param circuit the same circuit
 * @param gates (operation, first, second, target) of each gate as 32-bit integers
 * @param outputs slot of each output as 32-bit integers
 */
public record GateProgram(Circuit circuit, NativeBuffer gates, NativeBuffer outputs) {

  /** Copies a circuit to memory of that scope. */
  public static GateProgram of(Circuit circuit, Scope scope) {
    return new GateProgram(
        circuit, ints(circuit.gateTable(), scope), ints(circuit.outputTable(), scope));
  }

  private static NativeBuffer ints(int[] values, Scope scope) {
    NativeBuffer buffer = scope.allocate(Math.max(1L, values.length) * Integer.BYTES);
    buffer.bytes().asIntBuffer().put(values);
    return buffer;
  }
}
