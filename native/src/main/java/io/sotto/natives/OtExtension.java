package io.sotto.natives;

import static io.sotto.natives.LabelSizes.LABEL_BYTES;
import static io.sotto.natives.LabelSizes.notNegative;

import io.sotto.natives.internal.NativeFacade;

/**
 * Both sides of the extension of oblivious transfers. Each function is specified where it is used,
 * in {@code io.sotto.gc.internal.LabelKernel}.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}.
 */
public final class OtExtension {
  private static final int COLUMNS = 128;
  private static final int SCHEDULE_BYTES = 176;

  private OtExtension() {}

  /**
   * Trees of keys.
   *
   * @param bits columns that each tree stands for: 2, 4 or 8
   * @param keys what {@link #expandTrees} gives
   */
  public record Trees(int bits, NativeBuffer keys) {}

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
        NativeFacade.sotto_ot_trees_expand(
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
        NativeFacade.sotto_ot_trees_receiver(
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
        NativeFacade.sotto_ot_trees_sender(
            trees.bits,
            trees.keys.pointer("keys", treeKeyBytes(trees.bits)),
            delta.pointer("delta", LABEL_BYTES),
            salt,
            firstBlock,
            blocks,
            request.pointer("request", (long) blocks * trees(trees.bits) * LABEL_BYTES),
            labels.pointer("labels", (long) blocks * COLUMNS * LABEL_BYTES)));
  }
}
