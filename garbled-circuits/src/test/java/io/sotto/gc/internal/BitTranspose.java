package io.sotto.gc.internal;

/** Bit matrices on their side. */
public final class BitTranspose {
  private static final int SIZE = 64;

  private BitTranspose() {}

  /**
   * Transposes 64 x 64 bits in place: bit c of word r changes places with bit r of word c (Warren:
   * Hacker's Delight, section 7-3).
   */
  public static void transpose64(long[] a) {
    long mask = 0x00000000FFFFFFFFL;
    for (int j = SIZE / 2; j != 0; j >>>= 1, mask ^= mask << j) {
      for (int k = 0; k < SIZE; k = ((k | j) + 1) & ~j) {
        long t = ((a[k] >>> j) ^ a[k | j]) & mask;
        a[k] ^= t << j;
        a[k | j] ^= t;
      }
    }
  }
}
