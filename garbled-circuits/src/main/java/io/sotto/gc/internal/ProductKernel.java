package io.sotto.gc.internal;

import io.sotto.natives.NativeBuffer;

/**
 * {@link BitProducts Products} of bits with numbers by labels, an instance a label; each block of
 * instances takes the next id.
 *
 * <p><b>Security.</b> As {@link LabelKernel}: constant time in bits, numbers, labels and keys.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Failure.</b> Buffers that are too short are an {@link IllegalArgumentException}.
 */
public interface ProductKernel {
  /**
   * Products modulo 2^width.
   *
   * @param block instances that share keys
   */
  record Run(int width, int size, int block, NativeBuffer sessionKey, long firstId) {}

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
      Run run,
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
      Run run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer corrections,
      NativeBuffer results);
}
