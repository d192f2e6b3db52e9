package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_circuit;
import io.sotto.natives.internal.sotto_lookup_transfers;
import io.sotto.natives.internal.sotto_product_run;

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

  private static final CallStruct<sotto_circuit> CIRCUIT = new CallStruct<>(sotto_circuit::new);
  private static final CallStruct<sotto_lookup_transfers> TRANSFERS =
      new CallStruct<>(sotto_lookup_transfers::new);
  private static final CallStruct<sotto_product_run> RUN = new CallStruct<>(sotto_product_run::new);

  private GarbleKernel() {}

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

  /**
   * Trees of keys.
   *
   * @param bits columns that each tree stands for: 2, 4 or 8
   * @param keys what {@link #expandTrees} gives
   */
  public record Trees(int bits, NativeBuffer keys) {}

  /**
   * Transfers of lookups: for each block of instances, wire by wire, lane by lane.
   *
   * @param wires of an instance
   * @param block instances that share keys
   */
  public record Transfers(
      int wires, int size, int block, NativeBuffer sessionKey, long firstId, NativeBuffer labels) {
    private sotto_lookup_transfers struct() {
      return TRANSFERS
          .get()
          .wires(notNegative("wires", wires))
          .size(size)
          .block(block)
          .session_key(sessionKey.pointer("sessionKey", LABEL_BYTES))
          .first_id(firstId)
          .labels(labels.pointer("labels", wires * lanes(size) * LABEL_BYTES));
    }
  }

  /**
   * Products modulo 2^width.
   *
   * @param block instances that share keys
   */
  public record ProductRun(int width, int size, int block, NativeBuffer sessionKey, long firstId) {
    private sotto_product_run struct() {
      return RUN.get()
          .width(width)
          .size(size)
          .block(block)
          .session_key(sessionKey.pointer("sessionKey", LABEL_BYTES))
          .first_id(firstId);
    }
  }

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
      Circuit circuit,
      int n,
      NativeBuffer slots,
      NativeBuffer delta,
      NativeBuffer sessionKey,
      long firstGateId,
      NativeBuffer tables) {
    NativeCall.check(
        NativeFacade.sotto_garble_garble(
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
        NativeFacade.sotto_garble_evaluate(
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
      Trees trees,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer choices,
      NativeBuffer request,
      NativeBuffer labels) {
    notNegative("blocks", blocks);
    NativeCall.check(
        NativeFacade.sotto_garble_trees_receiver(
            trees.bits,
            trees.keys.pointer("keys", treeKeyBytes(trees.bits)),
            salt,
            firstBlock,
            blocks,
            choices.pointer("choices", (long) blocks * LABEL_BYTES),
            request.pointer("request", (long) blocks * trees(trees.bits) * LABEL_BYTES),
            labels.pointer("labels", (long) blocks * COLUMNS * LABEL_BYTES)));
  }

  /** The sender's side of the OT extension by trees. */
  public static void treesSender(
      Trees trees,
      NativeBuffer delta,
      long salt,
      long firstBlock,
      int blocks,
      NativeBuffer request,
      NativeBuffer labels) {
    notNegative("blocks", blocks);
    NativeCall.check(
        NativeFacade.sotto_garble_trees_sender(
            trees.bits,
            trees.keys.pointer("keys", treeKeyBytes(trees.bits)),
            delta.pointer("delta", LABEL_BYTES),
            salt,
            firstBlock,
            blocks,
            request.pointer("request", (long) blocks * trees(trees.bits) * LABEL_BYTES),
            labels.pointer("labels", (long) blocks * COLUMNS * LABEL_BYTES)));
  }

  /** The pads of a table's entries for each instance; its choices begin at a wire. */
  public static void lookupPads(
      Transfers transfers, int firstWire, int choices, NativeBuffer delta, NativeBuffer pads) {
    NativeCall.check(
        NativeFacade.sotto_lookup_pads(
            transfers.struct(),
            firstWire,
            choices,
            delta.pointer("delta", LABEL_BYTES),
            pads.pointer("pads", words(transfers.size))));
  }

  /** The pads of the entries that were chosen. */
  public static void chosenPads(
      Transfers transfers, int firstWire, int choices, NativeBuffer pads) {
    NativeCall.check(
        NativeFacade.sotto_lookup_chosen_pads(
            transfers.struct(), firstWire, choices, pads.pointer("pads", words(transfers.size))));
  }

  /** The side of products of bits with numbers that knows the numbers. */
  public static void ownProducts(
      ProductRun run,
      NativeBuffer offset,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer factors,
      NativeBuffer corrections,
      NativeBuffer results) {
    NativeCall.check(
        NativeFacade.sotto_product_own(
            run.struct(),
            offset.pointer("offset", LABEL_BYTES),
            labels.pointer("labels", lanes(run.size) * LABEL_BYTES),
            bits.pointer("bits", lanes(run.size) / 8),
            factors.pointer("factors", words(run.size)),
            corrections.pointer("corrections", words(run.size)),
            results.pointer("results", words(run.size))));
  }

  /** The other side, which adds its shares to the results. */
  public static void takeProducts(
      ProductRun run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer corrections,
      NativeBuffer results) {
    NativeCall.check(
        NativeFacade.sotto_product_take(
            run.struct(),
            labels.pointer("labels", lanes(run.size) * LABEL_BYTES),
            bits.pointer("bits", lanes(run.size) / 8),
            corrections.pointer("corrections", words(run.size)),
            results.pointer("results", words(run.size))));
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
