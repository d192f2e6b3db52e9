package io.sotto.gc.internal;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.OtExtension;
import io.sotto.natives.WireLabels;

/**
 * The inner loops over wire labels: garbling and evaluating a circuit for a block of instances, and
 * the two sides of the OT extension. All forms compute the same bytes.
 *
 * <p>A label is 16 bytes, its colour the lowest bit of its first byte. A block has {@code n}
 * instances on {@code lanes(n)} lanes, n rounded up to whole bytes of bits; slot s of lane i is the
 * label number s * lanes + i of the slots buffer. Bits of lanes are packed lowest first. Surplus
 * lanes are computed like others and never leave: tables are written for the n instances only.
 *
 * <p><b>Security.</b> {@link NativeLabelKernel} is constant time: no branch, address or loop length
 * depends on labels, bits or keys. The tests compare it with a plain twin in Java.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Failure.</b> Buffers that are too short are an {@link IllegalArgumentException}.
 */
public interface LabelKernel {
  /** Bytes of a label, of a key, and of an AES block. */
  int LABEL_BYTES = 16;

  /** Bytes that garbling an AND gate costs for an instance: two rows. */
  int TABLE_BYTES = 2 * LABEL_BYTES;

  /** Security parameter of the OT extension: columns of its matrix. */
  int COLUMNS = 128;

  /** Instances rounded up to whole bytes of bits. */
  static int lanes(int instances) {
    return Math.addExact(instances, 7) & ~7;
  }

  /**
   * The kernel in native code.
   *
   * @throws UnsupportedOperationException on a machine without AES instructions
   */
  static LabelKernel ofThisMachine() {
    if (!WireLabels.available()) {
      throw new UnsupportedOperationException(
          "this machine has no AES instructions, which circuits, lookups and products need");
    }
    return new NativeLabelKernel();
  }

  /**
   * Writes {@code count} labels of a generator: label i is AES under {@code key} of the number
   * firstCounter + i (128 bits, little endian).
   */
  void generate(NativeBuffer key, long firstCounter, int count, NativeBuffer labels);

  /**
   * The same with another upper half: label i is AES under {@code key} of the number of 128 bits
   * whose lower half is firstCounter + i.
   */
  void stream(NativeBuffer key, long upper, long firstCounter, int count, NativeBuffer labels);

  /**
   * Adds {@code delta} to the labels whose bit is set: bit i of row w, whose first byte is {@code
   * bits[w * rowBytes]}, belongs to label w * lanes + i.
   */
  void addOffset(
      NativeBuffer labels,
      int wires,
      int lanes,
      NativeBuffer bits,
      int rowBytes,
      NativeBuffer delta);

  /**
   * Garbles a circuit for n instances. The slots hold the inputs' zero labels at first and the
   * outputs' zero labels at last. The g-th AND gate takes the gate ids firstGateId + 2g and + 2g +
   * 1, and the bytes from 2g * n * 16 on of the tables: n first rows, n second rows.
   */
  void garble(
      GateProgram program,
      int n,
      NativeBuffer slots,
      NativeBuffer delta,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables);

  /** Evaluates what {@link #garble} garbled; the slots hold active labels. */
  void evaluate(
      GateProgram program,
      int n,
      NativeBuffer slots,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables);

  /** Writes the outputs' colours, a row of lanes / 8 bytes each; bits of surplus lanes are zero. */
  void colours(GateProgram program, int n, NativeBuffer slots, NativeBuffer bits);

  /**
   * Writes H(label i + offset, id) for lanes(n) labels, 16 bytes each, where H is the hash of the
   * gates; the id must be used for nothing else.
   */
  void hash(
      NativeBuffer labels,
      NativeBuffer offset,
      NativeBuffer sessionKey,
      long id,
      int n,
      NativeBuffer hashes);

  /** Lookups. */
  LookupKernel lookups();

  /** Products of bits with numbers. */
  ProductKernel products();

  /** Bytes of what {@link #expandTrees} gives. */
  static long treeKeyBytes(int treeBits) {
    return OtExtension.treeKeyBytes(treeBits);
  }

  /**
   * Brings the keys of all leaves into the form in which {@link #treesReceiver} and {@link
   * #treesSender} take them, for as long as they are used.
   *
   * @param treeBits columns that each tree stands for: 2, 4 or 8
   * @param leaves the keys of the 2^treeBits leaves of each of 128 / treeBits trees
   * @param keys {@link #treeKeyBytes}, whose meaning is the kernel's own
   */
  void expandTrees(int treeBits, NativeBuffer leaves, NativeBuffer keys);

  /**
   * The receiver's side of 128 * blocks transfers by trees of keys. With r_x the stream of leaf x
   * of tree t, as {@link #stream} with the upper half salt + t gives it from counter firstBlock on:
   * column j of the tree is the sum of r_x over all x with bit j; row t of the request is the sum
   * of all r_x of tree t and the choices. Label i is row i of the matrix of all columns, those of
   * tree t from treeBits * t on.
   *
   * @param keys the expanded leaves
   * @param salt the same on both sides
   * @param choices 128 * blocks bits
   * @param request for each tree a row of 16 * blocks bytes
   * @param labels 128 * blocks labels
   */
  void treesReceiver(
      int treeBits,
      NativeBuffer keys,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer choices,
      NativeBuffer request,
      NativeBuffer labels);

  /**
   * The sender's side: as there, with row t of the request added to each column of tree t whose bit
   * of delta is set. Leaf x of a tree is the receiver's leaf x + (delta's bits of the tree); leaf
   * 0, which the sender doesn't know, has no effect.
   */
  void treesSender(
      int treeBits,
      NativeBuffer keys,
      NativeBuffer delta,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer request,
      NativeBuffer labels);
}
