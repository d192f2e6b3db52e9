package io.sotto.gc.internal;

import io.sotto.natives.HalfGates;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.OtExtension;
import io.sotto.natives.WireLabels;

/** The kernel in native code, for machines with AES instructions. */
public final class NativeLabelKernel implements LabelKernel {

  @Override
  public void generate(NativeBuffer key, long firstCounter, int count, NativeBuffer labels) {
    WireLabels.generate(key, 0, firstCounter, count, labels);
  }

  @Override
  public void stream(
      NativeBuffer key, long upper, long firstCounter, int count, NativeBuffer labels) {
    WireLabels.generate(key, upper, firstCounter, count, labels);
  }

  @Override
  public void addOffset(
      NativeBuffer labels,
      int wires,
      int lanes,
      NativeBuffer bits,
      int rowBytes,
      NativeBuffer delta) {
    WireLabels.addOffset(labels, wires, lanes, bits, rowBytes, delta);
  }

  @Override
  public void garble(
      GateProgram program,
      int n,
      NativeBuffer slots,
      NativeBuffer delta,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    HalfGates.garble(circuit(program), n, slots, delta, sessionKey, firstGateId, tables);
  }

  @Override
  public void evaluate(
      GateProgram program,
      int n,
      NativeBuffer slots,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    HalfGates.evaluate(circuit(program), n, slots, sessionKey, firstGateId, tables);
  }

  private static HalfGates.Circuit circuit(GateProgram program) {
    return new HalfGates.Circuit(
        program.gates(), program.circuit().gateCount(), program.circuit().slots());
  }

  @Override
  public void colours(GateProgram program, int n, NativeBuffer slots, NativeBuffer bits) {
    HalfGates.colours(
        program.outputs(), program.circuit().outputs(), program.circuit().slots(), n, slots, bits);
  }

  @Override
  public void hash(
      NativeBuffer labels,
      NativeBuffer offset,
      NativeBuffer sessionKey,
      long id,
      int n,
      NativeBuffer hashes) {
    WireLabels.hash(labels, offset, sessionKey, id, n, hashes);
  }

  @Override
  public LookupKernel lookups() {
    return new NativeLookupKernel();
  }

  @Override
  public ProductKernel products() {
    return new NativeProductKernel();
  }

  @Override
  public void expandTrees(int treeBits, NativeBuffer leaves, NativeBuffer keys) {
    OtExtension.expandTrees(treeBits, leaves, keys);
  }

  @Override
  public void treesReceiver(
      int treeBits,
      NativeBuffer keys,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer choices,
      NativeBuffer request,
      NativeBuffer labels) {
    OtExtension.treesReceiver(
        new OtExtension.Trees(treeBits, keys), salt, firstBlock, blocks, choices, request, labels);
  }

  @Override
  public void treesSender(
      int treeBits,
      NativeBuffer keys,
      NativeBuffer delta,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer request,
      NativeBuffer labels) {
    OtExtension.treesSender(
        new OtExtension.Trees(treeBits, keys), delta, salt, firstBlock, blocks, request, labels);
  }
}
