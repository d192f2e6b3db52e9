package io.sotto.gc.internal;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;

/**
 * Products z f modulo 2^k of a bit z = x + y mod 2, of which either side has one summand, with a
 * number f that the side with x knows: the owner. The owner has two labels for y, and so two
 * hashes, h0 and h1, of which the other side has the y-th and can't tell the other one from random.
 * So
 *
 * <pre>   correction = (1 - 2x) f + h0 - h1     (owner to the other side)
 *   owner's share = x f - h0,   other's share = h_y + y correction</pre>
 *
 * which add up to x f for y = 0 and to (1 - x) f for y = 1. The correction contains the hash that
 * the other side doesn't have, and so tells it nothing.
 *
 * <p>An instance takes a label, and the low k bits of its hash; each block of instances takes the
 * next id. Bits are packed lowest first.
 *
 * <p><b>Security.</b> As {@link LabelKernel}: constant time in bits, numbers, labels and keys.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Failure.</b> Buffers that are too short are an {@link IllegalArgumentException}.
 */
public interface ProductKernel {
  /**
   * The owner's side.
   *
   * @param offset between the two labels of an instance
   * @param labels for y = 0
   * @param bits x, packed
   * @param corrections for the other side
   * @param results receives this side's shares
   */
  void own(
      Products.Run run,
      NativeBuffer offset,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer factors,
      NativeBuffer corrections,
      NativeBuffer results);

  /**
   * The other side.
   *
   * @param labels for its y
   * @param bits y, packed
   * @param results to which this side's shares are added
   */
  void take(
      Products.Run run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer corrections,
      NativeBuffer results);
}
