package io.sotto.gc.ot;

/** Sizes that all correlated transfers have in common: they come in groups of 128. */
public final class CorrelatedOts {
  /** Transfers in a group. AGREEMENT. */
  static final int GROUP = 128;

  private static final int LABEL_BYTES = 16;

  private CorrelatedOts() {}

  /** Groups that so many transfers take. */
  static int groups(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(count + " transfers; give 0 or more");
    }
    return (int) (((long) count + GROUP - 1) / GROUP);
  }

  /** Bytes of the buffer of choices, whole groups. */
  public static int choiceBytes(int count) {
    return Math.multiplyExact(groups(count), GROUP / 8);
  }

  /** Bytes of the buffer of labels, whole groups. */
  public static int labelBytes(int count) {
    return Math.multiplyExact(groups(count), GROUP * LABEL_BYTES);
  }
}
