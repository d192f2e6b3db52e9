package io.sotto.gc.internal;

import io.sotto.natives.GarbleKernel;
import io.sotto.natives.NativeBuffer;

/** The kernel in native code, for machines with AES instructions. */
public final class NativeLabelKernel implements LabelKernel {

  @Override
  public void generate(NativeBuffer key, long firstCounter, int count, NativeBuffer labels) {
    GarbleKernel.generate(key, 0, firstCounter, count, labels);
  }

  @Override
  public void stream(
      NativeBuffer key, long upper, long firstCounter, int count, NativeBuffer labels) {
    GarbleKernel.generate(key, upper, firstCounter, count, labels);
  }

  @Override
  public void addOffset(
      NativeBuffer labels,
      int wires,
      int lanes,
      NativeBuffer bits,
      int rowBytes,
      NativeBuffer delta) {
    GarbleKernel.addOffset(labels, wires, lanes, bits, rowBytes, delta);
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
    GarbleKernel.garble(circuit(program), n, slots, delta, sessionKey, firstGateId, tables);
  }

  @Override
  public void evaluate(
      GateProgram program,
      int n,
      NativeBuffer slots,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    GarbleKernel.evaluate(circuit(program), n, slots, sessionKey, firstGateId, tables);
  }

  private static GarbleKernel.Circuit circuit(GateProgram program) {
    return new GarbleKernel.Circuit(
        program.gates(), program.circuit().gateCount(), program.circuit().slots());
  }

  @Override
  public void colours(GateProgram program, int n, NativeBuffer slots, NativeBuffer bits) {
    GarbleKernel.colours(
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
    GarbleKernel.hash(labels, offset, sessionKey, id, n, hashes);
  }

  @Override
  public void extendReceiver(
      NativeBuffer zeroKeys,
      NativeBuffer oneKeys,
      long firstBlock,
      int blocks,
      NativeBuffer choices,
      NativeBuffer request,
      NativeBuffer labels) {
    GarbleKernel.extendReceiver(zeroKeys, oneKeys, firstBlock, blocks, choices, request, labels);
  }

  @Override
  public void extendSender(
      NativeBuffer keys,
      NativeBuffer delta,
      long firstBlock,
      int blocks,
      NativeBuffer request,
      NativeBuffer labels) {
    GarbleKernel.extendSender(keys, delta, firstBlock, blocks, request, labels);
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
    GarbleKernel.expandTrees(treeBits, leaves, keys);
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
    GarbleKernel.treesReceiver(
        new GarbleKernel.Trees(treeBits, keys), salt, firstBlock, blocks, choices, request, labels);
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
    GarbleKernel.treesSender(
        new GarbleKernel.Trees(treeBits, keys), delta, salt, firstBlock, blocks, request, labels);
  }
}
