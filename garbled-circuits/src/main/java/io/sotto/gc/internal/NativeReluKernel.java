package io.sotto.gc.internal;

import io.sotto.gc.circuit.Circuit;
import io.sotto.natives.GarbleKernel;
import io.sotto.natives.NativeBuffer;

/** The kernel in native code, for machines with AES instructions. */
final class NativeReluKernel implements ReluKernel {

  @Override
  public void garble(
      Shape shape,
      int size,
      Keys keys,
      NativeBuffer delta,
      long firstLabel,
      long firstId,
      NativeBuffer shares,
      NativeBuffer transfers,
      NativeBuffer tables,
      NativeBuffer choices,
      NativeBuffer results,
      Corrections corrections) {
    GarbleKernel.reluGarble(
        relu(shape),
        size,
        delta,
        keys.session(),
        keys.label(),
        firstLabel,
        firstId,
        shares,
        transfers,
        tables,
        choices,
        results,
        corrections.product(),
        corrections.sign(),
        corrections.carry());
  }

  @Override
  public void evaluate(
      Shape shape,
      int size,
      Keys keys,
      NativeBuffer reverseDelta,
      long firstLabel,
      long firstId,
      long firstReverseId,
      NativeBuffer shares,
      NativeBuffer transfers,
      NativeBuffer reverseLabels,
      NativeBuffer tables,
      Corrections corrections,
      NativeBuffer results,
      NativeBuffer answers) {
    GarbleKernel.reluEvaluate(
        relu(shape),
        size,
        reverseDelta,
        keys.session(),
        keys.label(),
        firstLabel,
        firstId,
        firstReverseId,
        shares,
        transfers,
        reverseLabels,
        tables,
        corrections.product(),
        corrections.sign(),
        corrections.carry(),
        results,
        answers);
  }

  private static GarbleKernel.Relu relu(Shape shape) {
    Circuit circuit = shape.program().circuit();
    return new GarbleKernel.Relu(
        shape.program().gates(),
        circuit.gateCount(),
        circuit.slots(),
        circuit.outputSlot(0),
        circuit.andCount(),
        shape.bits(),
        shape.dropped(),
        shape.wideBits(),
        shape.block());
  }
}
