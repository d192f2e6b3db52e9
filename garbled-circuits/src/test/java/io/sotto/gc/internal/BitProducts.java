package io.sotto.gc.internal;

import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * Products z f modulo 2^k of a bit z = x + y mod 2, of which either side has one summand, with a
 * number f that the side with x knows: the owner. The owner has two hashes, h0 and h1, of which the
 * other side has the y-th and can't tell the other one from random. So
 *
 * <pre>   correction = (1 - 2x) f + h0 - h1     (owner to the other side)
 *   owner's share = x f - h0,   other's share = h_y + y correction</pre>
 *
 * which add up to x f for y = 0 and to (1 - x) f for y = 1. The correction contains the hash that
 * the other side doesn't have, and so tells it nothing.
 *
 * <p>Hashes are two words for each instance, of which a product takes one, and of that the low k
 * bits. Bits are packed lowest first.
 *
 * <p><b>Security.</b> Selections are by arithmetic: neither time nor addresses depend on values.
 */
public final class BitProducts {
  private BitProducts() {}

  /** The words of numbers from one on. */
  static LongBuffer words(NativeBuffer numbers, int first) {
    return numbers.longs().position(first).slice();
  }

  /** The owner's side of n products modulo 2^width. */
  public static void own(
      int n,
      ByteBuffer bits,
      LongBuffer factors,
      LongBuffer hashes,
      LongBuffer otherHashes,
      int word,
      int width,
      LongBuffer shares,
      LongBuffer corrections) {
    long mask = (1L << width) - 1;
    for (int i = 0; i < n; i++) {
      long x = (long) bits.get(i >>> 3) >>> (i & 7) & 1;
      long factor = factors.get(i);
      long hash = hashes.get(2 * i + word);
      long other = otherHashes.get(2 * i + word);
      // -x is all ones or none.
      corrections.put(i, ((factor ^ -x) + x + hash - other) & mask);
      shares.put(i, ((factor & -x) - hash) & mask);
    }
  }

  /** The other side's. */
  public static void take(
      int n,
      ByteBuffer bits,
      LongBuffer corrections,
      LongBuffer hashes,
      int word,
      int width,
      LongBuffer shares) {
    long mask = (1L << width) - 1;
    for (int i = 0; i < n; i++) {
      long y = (long) bits.get(i >>> 3) >>> (i & 7) & 1;
      shares.put(i, (hashes.get(2 * i + word) + (corrections.get(i) & -y)) & mask);
    }
  }
}
