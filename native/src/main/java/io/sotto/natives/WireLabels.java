package io.sotto.natives;

import static io.sotto.natives.LabelSizes.LABEL_BYTES;
import static io.sotto.natives.LabelSizes.labelBytes;
import static io.sotto.natives.LabelSizes.notNegative;

import io.sotto.natives.internal.NativeFacade;

/**
 * Wire labels of garbled circuits on the processor's AES instructions. Each function is specified
 * where it is used, in {@code io.sotto.gc.internal.LabelKernel}.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}.
 */
public final class WireLabels {
  private WireLabels() {}

  /** Does this machine have the AES instructions that all kernels on labels need? */
  public static boolean available() {
    return NativeFacade.sotto_labels_available() != 0;
  }

  /** Labels from a generator. */
  public static void generate(
      NativeBuffer key, long upper, long firstCounter, int count, NativeBuffer labels) {
    notNegative("count", count);
    NativeCall.check(
        NativeFacade.sotto_labels_generate(
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
        NativeFacade.sotto_labels_add_offset(
            labels.pointer("labels", (long) wires * lanes * LABEL_BYTES),
            wires,
            lanes,
            bits.pointer("bits", (wires - 1L) * rowBytes + lanes / 8),
            rowBytes,
            delta.pointer("delta", LABEL_BYTES)));
  }

  /** Hashes of labels plus an offset. */
  public static void hash(
      NativeBuffer labels,
      NativeBuffer offset,
      NativeBuffer sessionKey,
      long id,
      int n,
      NativeBuffer hashes) {
    long bytes = labelBytes(n);
    NativeCall.check(
        NativeFacade.sotto_labels_hash(
            labels.pointer("labels", bytes),
            offset.pointer("offset", LABEL_BYTES),
            sessionKey.pointer("sessionKey", LABEL_BYTES),
            id,
            n,
            hashes.pointer("hashes", bytes)));
  }
}
