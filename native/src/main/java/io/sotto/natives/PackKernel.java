package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import org.bytedeco.javacpp.IntPointer;

/**
 * Integers of a given width without gaps between them: least significant bit first, in ceil(count *
 * bits / 8) bytes, the spare bits of the last byte zero. Widths are 1 to 62 bits.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}. It holds for values out of range,
 * too.
 */
public final class PackKernel {
  private PackKernel() {}

  /** Bytes of so many packed values. */
  public static long packedBytes(int count, int bits) {
    if (count < 0 || bits < 1 || bits > 62) {
      throw new IllegalArgumentException(
          count + " values of " + bits + " bits; give 0 or more of 1 to 62 bits");
    }
    return ((long) count * bits + 7) / 8;
  }

  /** Packs the first count longs into the first bytes of out. */
  public static void pack(NativeBuffer values, int count, int bits, NativeBuffer out) {
    long bytes = packedBytes(count, bits);
    requireApart(values, out);
    NativeCall.check(
        NativeFacade.sotto_pack(
            values.pointer("values", count * (long) Long.BYTES),
            count,
            bits,
            out.pointer("out", bytes)));
  }

  /**
   * Unpacks count values into the first longs of out.
   *
   * @param exclusiveBound at most 2^bits
   * @return whether all values are below the bound and the spare bits zero; if not, out holds
   *     something of no use
   */
  public static boolean unpack(
      NativeBuffer packed, int count, int bits, long exclusiveBound, NativeBuffer out) {
    long bytes = packedBytes(count, bits);
    requireApart(packed, out);
    try (IntPointer valid = new IntPointer(1)) {
      NativeCall.check(
          NativeFacade.sotto_unpack(
              packed.pointer("packed", bytes),
              count,
              bits,
              exclusiveBound,
              out.pointer("out", count * (long) Long.BYTES),
              valid));
      return valid.get() != 0;
    }
  }

  private static void requireApart(NativeBuffer in, NativeBuffer out) {
    if (in.overlaps(out)) {
      throw new IllegalArgumentException("out shares memory with the input; give it its own");
    }
  }
}
