package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;

/**
 * Work on wire labels of garbled circuits on the processor's AES instructions. What each function
 * computes is specified where it is used, in {@code io.sotto.gc.internal.LabelKernel}.
 *
 * <p><b>Security.</b> Constant time: no branch, address or loop length depends on labels, bits or
 * keys. Circuits are public.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> Buffers that are too short and gates that name slots out of range are an
 * {@link IllegalArgumentException}; so is any call on a machine where {@link #available} is false.
 */
public final class GarbleKernel {
  private static final int LABEL_BYTES = 16;
  private static final int COLUMNS = 128;
  private static final int GATE_BYTES = 16;
  private static final int SCHEDULE_BYTES = 176;

  private GarbleKernel() {}

  /** Does this machine have the AES instructions that everything here needs? */
  public static boolean available() {
    return NativeFacade.sotto_garble_available() != 0;
  }

  /** Labels from a generator. */
  public static void generate(
      NativeBuffer key, long upper, long firstCounter, int count, NativeBuffer labels) {
    notNegative("count", count);
    NativeCall.check(
        NativeFacade.sotto_garble_generate(
            key.pointer("key", LABEL_BYTES),
            upper,
            firstCounter,
            count,
            labels.pointer("labels", (long) count * LABEL_BYTES)));
  }

  /** Adds delta where a bit is set. */
  public static void addOffset(
      NativeBuffer labels,
      int wires,
      int lanes,
      NativeBuffer bits,
      int rowBytes,
      NativeBuffer delta) {
    notNegative("wires", wires);
    if (lanes < 0 || lanes % 8 != 0 || rowBytes < lanes / 8) {
      throw new IllegalArgumentException(
          lanes
              + " lanes in rows of "
              + rowBytes
              + " bytes; give a multiple of 8 and rows that hold as many bits");
    }
    if (wires == 0) {
      return;
    }
    NativeCall.check(
        NativeFacade.sotto_garble_add_offset(
            labels.pointer("labels", (long) wires * lanes * LABEL_BYTES),
            wires,
            lanes,
            bits.pointer("bits", (wires - 1L) * rowBytes + lanes / 8),
            rowBytes,
            delta.pointer("delta", LABEL_BYTES)));
  }

  /** Garbles a circuit for a block of n instances. */
  public static void garble(
      NativeBuffer gates,
      int gateCount,
      int slotCount,
      int n,
      NativeBuffer slots,
      NativeBuffer delta,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    NativeCall.check(
        NativeFacade.sotto_garble_garble(
            gates.pointer("gates", (long) notNegative("gateCount", gateCount) * GATE_BYTES),
            gateCount,
            slotCount,
            n,
            slots.pointer("slots", slotBytes(slotCount, n)),
            delta.pointer("delta", LABEL_BYTES),
            sessionKey.pointer("sessionKey", LABEL_BYTES),
            firstGateId,
            tables.pointer(),
            tables.size()));
  }

  /** Evaluates a garbled circuit for a block of n instances. */
  public static void evaluate(
      NativeBuffer gates,
      int gateCount,
      int slotCount,
      int n,
      NativeBuffer slots,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    NativeCall.check(
        NativeFacade.sotto_garble_evaluate(
            gates.pointer("gates", (long) notNegative("gateCount", gateCount) * GATE_BYTES),
            gateCount,
            slotCount,
            n,
            slots.pointer("slots", slotBytes(slotCount, n)),
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
        NativeFacade.sotto_garble_colours(
            outputs.pointer(
                "outputs", (long) notNegative("outputCount", outputCount) * Integer.BYTES),
            outputCount,
            slotCount,
            n,
            slots.pointer("slots", slotBytes(slotCount, n)),
            bits.pointer("bits", (long) outputCount * lanes(n) / 8)));
  }

  /** Hashes of labels plus an offset. */
  public static void hash(
      NativeBuffer labels,
      NativeBuffer offset,
      NativeBuffer sessionKey,
      long id,
      int n,
      NativeBuffer hashes) {
    long bytes = lanes(n) * LABEL_BYTES;
    NativeCall.check(
        NativeFacade.sotto_garble_hash(
            labels.pointer("labels", bytes),
            offset.pointer("offset", LABEL_BYTES),
            sessionKey.pointer("sessionKey", LABEL_BYTES),
            id,
            n,
            hashes.pointer("hashes", bytes)));
  }

  /** The receiver's side of the OT extension. */
  public static void extendReceiver(
      NativeBuffer zeroKeys,
      NativeBuffer oneKeys,
      long firstBlock,
      int blocks,
      NativeBuffer choices,
      NativeBuffer request,
      NativeBuffer labels) {
    notNegative("blocks", blocks);
    NativeCall.check(
        NativeFacade.sotto_garble_extend_receiver(
            zeroKeys.pointer("zeroKeys", COLUMNS * LABEL_BYTES),
            oneKeys.pointer("oneKeys", COLUMNS * LABEL_BYTES),
            firstBlock,
            blocks,
            choices.pointer("choices", (long) blocks * LABEL_BYTES),
            request.pointer("request", (long) blocks * COLUMNS * LABEL_BYTES),
            labels.pointer("labels", (long) blocks * COLUMNS * LABEL_BYTES)));
  }

  /** The sender's side of the OT extension. */
  public static void extendSender(
      NativeBuffer keys,
      NativeBuffer delta,
      long firstBlock,
      int blocks,
      NativeBuffer request,
      NativeBuffer labels) {
    notNegative("blocks", blocks);
    NativeCall.check(
        NativeFacade.sotto_garble_extend_sender(
            keys.pointer("keys", COLUMNS * LABEL_BYTES),
            delta.pointer("delta", LABEL_BYTES),
            firstBlock,
            blocks,
            request.pointer("request", (long) blocks * COLUMNS * LABEL_BYTES),
            labels.pointer("labels", (long) blocks * COLUMNS * LABEL_BYTES)));
  }

  /** Trees for all columns, each standing for 2, 4 or 8 of them. */
  private static int trees(int treeBits) {
    if (treeBits != 2 && treeBits != 4 && treeBits != 8) {
      throw new IllegalArgumentException("trees of " + treeBits + " bits; allowed are 2, 4 and 8");
    }
    return COLUMNS / treeBits;
  }

  /** Leaves of all trees together. */
  private static long leaves(int treeBits) {
    return (long) trees(treeBits) << treeBits;
  }

  /** Bytes of what {@link #expandTrees} gives. */
  public static long treeKeyBytes(int treeBits) {
    return leaves(treeBits) * SCHEDULE_BYTES;
  }

  /** The key schedules of all leaves. */
  public static void expandTrees(int treeBits, NativeBuffer leaves, NativeBuffer keys) {
    NativeCall.check(
        NativeFacade.sotto_garble_trees_expand(
            treeBits,
            leaves.pointer("leaves", leaves(treeBits) * LABEL_BYTES),
            keys.pointer("keys", treeKeyBytes(treeBits))));
  }

  /** The receiver's side of the OT extension by trees. */
  public static void treesReceiver(
      int treeBits,
      NativeBuffer keys,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer choices,
      NativeBuffer request,
      NativeBuffer labels) {
    notNegative("blocks", blocks);
    NativeCall.check(
        NativeFacade.sotto_garble_trees_receiver(
            treeBits,
            keys.pointer("keys", treeKeyBytes(treeBits)),
            salt,
            firstBlock,
            blocks,
            choices.pointer("choices", (long) blocks * LABEL_BYTES),
            request.pointer("request", (long) blocks * trees(treeBits) * LABEL_BYTES),
            labels.pointer("labels", (long) blocks * COLUMNS * LABEL_BYTES)));
  }

  /** The sender's side of the OT extension by trees. */
  public static void treesSender(
      int treeBits,
      NativeBuffer keys,
      NativeBuffer delta,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer request,
      NativeBuffer labels) {
    notNegative("blocks", blocks);
    NativeCall.check(
        NativeFacade.sotto_garble_trees_sender(
            treeBits,
            keys.pointer("keys", treeKeyBytes(treeBits)),
            delta.pointer("delta", LABEL_BYTES),
            salt,
            firstBlock,
            blocks,
            request.pointer("request", (long) blocks * trees(treeBits) * LABEL_BYTES),
            labels.pointer("labels", (long) blocks * COLUMNS * LABEL_BYTES)));
  }

  /** The pads of a table's entries for each instance. */
  public static void lookupPads(
      int wires,
      int firstWire,
      int choices,
      int size,
      int block,
      NativeBuffer delta,
      NativeBuffer sessionKey,
      long firstId,
      NativeBuffer labels,
      NativeBuffer pads) {
    NativeCall.check(
        NativeFacade.sotto_lookup_pads(
            wires,
            firstWire,
            choices,
            size,
            block,
            delta.pointer("delta", LABEL_BYTES),
            sessionKey.pointer("sessionKey", LABEL_BYTES),
            firstId,
            labels.pointer("labels", notNegative("wires", wires) * lanes(size) * LABEL_BYTES),
            pads.pointer("pads", words(size))));
  }

  /** The pads of the entries that were chosen. */
  public static void chosenPads(
      int wires,
      int firstWire,
      int choices,
      int size,
      int block,
      NativeBuffer sessionKey,
      long firstId,
      NativeBuffer labels,
      NativeBuffer pads) {
    NativeCall.check(
        NativeFacade.sotto_lookup_chosen_pads(
            wires,
            firstWire,
            choices,
            size,
            block,
            sessionKey.pointer("sessionKey", LABEL_BYTES),
            firstId,
            labels.pointer("labels", notNegative("wires", wires) * lanes(size) * LABEL_BYTES),
            pads.pointer("pads", words(size))));
  }

  /** The side of products of bits with numbers that knows the numbers. */
  public static void ownProducts(
      int width,
      int size,
      int block,
      NativeBuffer offset,
      NativeBuffer sessionKey,
      long firstId,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer factors,
      NativeBuffer corrections,
      NativeBuffer results) {
    NativeCall.check(
        NativeFacade.sotto_product_own(
            width,
            size,
            block,
            offset.pointer("offset", LABEL_BYTES),
            sessionKey.pointer("sessionKey", LABEL_BYTES),
            firstId,
            labels.pointer("labels", lanes(size) * LABEL_BYTES),
            bits.pointer("bits", lanes(size) / 8),
            factors.pointer("factors", words(size)),
            corrections.pointer("corrections", words(size)),
            results.pointer("results", words(size))));
  }

  /** The other side, which adds its shares to the results. */
  public static void takeProducts(
      int width,
      int size,
      int block,
      NativeBuffer sessionKey,
      long firstId,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer corrections,
      NativeBuffer results) {
    NativeCall.check(
        NativeFacade.sotto_product_take(
            width,
            size,
            block,
            sessionKey.pointer("sessionKey", LABEL_BYTES),
            firstId,
            labels.pointer("labels", lanes(size) * LABEL_BYTES),
            bits.pointer("bits", lanes(size) / 8),
            corrections.pointer("corrections", words(size)),
            results.pointer("results", words(size))));
  }

  private static long words(int size) {
    return (long) notNegative("size", size) * Long.BYTES;
  }

  private static long slotBytes(int slotCount, int n) {
    return (long) notNegative("slotCount", slotCount) * lanes(n) * LABEL_BYTES;
  }

  private static long lanes(int n) {
    return (notNegative("n", n) + 7L) & ~7L;
  }

  private static int notNegative(String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " is " + value + ", must not be negative");
    }
    return value;
  }
}
