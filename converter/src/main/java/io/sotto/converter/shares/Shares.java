package io.sotto.converter.shares;

import io.sotto.natives.NativeBuffer;

/**
 * One party's share of a tensor for a batch: one unsigned 64-bit number for each element and image,
 * element-major ({@code [element][image]}), below {@code 2^bits}.
 *
 * <p><b>Security.</b> A single share is uniform and says nothing; both together are the value. The
 * buffer belongs to the scope of the batch, which wipes it.
 *
 * <p><b>Threading.</b> For one thread at a time.
 *
 * <p><b>Failure.</b> None of its own.
 */
public sealed interface Shares permits ExactShares, HalfCellShares {
  ShareFormat format();

  int images();

  NativeBuffer values();

  /** Numbers in the buffer. */
  default int count() {
    return Math.multiplyExact(format().elements(), images());
  }

  /** Bytes that the shares of so many images take. */
  static long bytes(ShareFormat format, int images) {
    return Math.multiplyExact((long) Math.multiplyExact(format.elements(), images), Long.BYTES);
  }

  /** Checks a buffer against the format. */
  static void validate(ShareFormat format, int images, NativeBuffer values) {
    if (values.size() != bytes(format, images)) {
      throw new IllegalArgumentException(
          "shares of %d elements and %d images take %d bytes, not %d"
              .formatted(format.elements(), images, bytes(format, images), values.size()));
    }
  }
}
