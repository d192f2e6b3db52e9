package io.sotto.natives;

import java.util.Objects;

/** Copies of seeds in native memory, which their user closes and thereby wipes. */
final class NativeSeed {
  static final int BYTES = 32;

  private NativeSeed() {}

  /**
   * A copy.
   *
   * @param what the parameter's name, for the message
   */
  static NativeBuffer copy(String what, byte[] seed) {
    Objects.requireNonNull(seed, what);
    if (seed.length != BYTES) {
      throw new IllegalArgumentException(
          what + " has " + seed.length + " bytes; a seed has " + BYTES);
    }
    NativeBuffer buffer = NativeBuffer.allocate(BYTES);
    buffer.bytes().put(seed);
    return buffer;
  }
}
