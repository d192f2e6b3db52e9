package io.sotto.natives;

import static io.sotto.natives.LabelSizes.LABEL_BYTES;
import static io.sotto.natives.LabelSizes.labelBytes;
import static io.sotto.natives.LabelSizes.notNegative;
import static io.sotto.natives.LabelSizes.wordBytes;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_lookup_transfers;

/**
 * The pads of lookups, from hashes of labels. Each function is specified where it is used, in
 * {@code io.sotto.gc.internal.LookupKernel}.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}.
 */
public final class LookupPads {
  private static final CallStruct<sotto_lookup_transfers> TRANSFERS =
      new CallStruct<>(sotto_lookup_transfers::new);

  private LookupPads() {}

  /**
   * Transfers of lookups: for each block of instances, wire by wire, lane by lane. Wire w of the
   * next block is hashed under the next id.
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
          .labels(labels.pointer("labels", wires * labelBytes(size)));
    }
  }

  /** The pads of a table's entries for each instance; its choices begin at a wire. */
  public static void all(
      Transfers transfers, int firstWire, int choices, NativeBuffer delta, NativeBuffer pads) {
    NativeCall.check(
        NativeFacade.sotto_lookup_pads(
            transfers.struct(),
            firstWire,
            choices,
            delta.pointer("delta", LABEL_BYTES),
            pads.pointer("pads", wordBytes(transfers.size))));
  }

  /** The pads of the entries that were chosen. */
  public static void chosen(Transfers transfers, int firstWire, int choices, NativeBuffer pads) {
    NativeCall.check(
        NativeFacade.sotto_lookup_chosen_pads(
            transfers.struct(),
            firstWire,
            choices,
            pads.pointer("pads", wordBytes(transfers.size))));
  }
}
