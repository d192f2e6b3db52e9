package io.sotto.natives;

/** Bytes of what kernels on labels read and write. */
final class LabelSizes {
  /** Of a label and of a key. */
  static final int LABEL_BYTES = 16;

  private LabelSizes() {}

  /** Instances rounded up to whole bytes of bits. */
  static long lanes(int n) {
    return (notNegative("n", n) + 7L) & ~7L;
  }

  /** Of a label for each lane. */
  static long labelBytes(int n) {
    return lanes(n) * LABEL_BYTES;
  }

  /** Of a number for each instance. */
  static long wordBytes(int size) {
    return (long) notNegative("size", size) * Long.BYTES;
  }

  /** Of a bit for each instance. */
  static long rowBytes(int size) {
    return (notNegative("size", size) + 7L) / 8;
  }

  static int notNegative(String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " is " + value + ", must not be negative");
    }
    return value;
  }
}
