package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;

/**
 * Fixed-point numbers between Z_{2^bits} and Z_q, element by element over whole buffers of longs of
 * the same length; an output may be one of the inputs unless it says otherwise. All arithmetic is
 * exact; round is to nearest, ties upwards. Widths are 1 to 62 bits, q is odd and below 2^60;
 * residues outside [0, q) give meaningless numbers.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}.
 */
public final class FixedPointKernel {
  private FixedPointKernel() {}

  /** out = round(v * q / 2^bits) mod q, where v is the low bits of each value. */
  public static void toRing(NativeBuffer values, int bits, long q, NativeBuffer out) {
    long count = count(values, out);
    NativeCall.check(
        NativeFacade.sotto_fixed_to_ring(values.pointer(), count, bits, q, out.pointer()));
  }

  /** out = round(x * 2^bits / q) mod 2^bits. */
  public static void fromRing(NativeBuffer residues, long q, int bits, NativeBuffer out) {
    long count = count(residues, out);
    NativeCall.check(
        NativeFacade.sotto_fixed_from_ring(residues.pointer(), count, q, bits, out.pointer()));
  }

  /** a = a + b mod q. */
  public static void addMod(NativeBuffer a, NativeBuffer b, long q) {
    long count = count(a, b);
    NativeCall.check(NativeFacade.sotto_fixed_add_mod(a.pointer(), b.pointer(), count, q));
  }

  /**
   * Adds one number to the first values of each row: a[i][j] = a[i][j] + constants[i] mod q for j
   * below used.
   *
   * @param a as many rows, all equally long, as there are constants
   */
  public static void addToRowsMod(NativeBuffer a, NativeBuffer constants, int used, long q) {
    long rows = count(constants, constants);
    if (rows == 0 || a.size() % (rows * Long.BYTES) != 0 || a.overlaps(constants)) {
      throw new IllegalArgumentException(
          "a buffer of "
              + a.size()
              + " bytes for "
              + rows
              + " rows; give equally long rows of longs, apart from the constants");
    }
    long columns = a.size() / (rows * Long.BYTES);
    NativeCall.check(
        NativeFacade.sotto_fixed_add_to_rows_mod(
            a.pointer(), constants.pointer(), rows, columns, used, q));
  }

  /** out = floor((v mod 2^fromBits) / 2^(fromBits - toBits)), toBits being at most fromBits. */
  public static void dropBits(NativeBuffer values, int fromBits, int toBits, NativeBuffer out) {
    long count = count(values, out);
    NativeCall.check(
        NativeFacade.sotto_fixed_drop_bits(
            values.pointer(), count, fromBits, toBits, out.pointer()));
  }

  /**
   * Takes numbers from where a public table says: out[i] = values[index[i] * stride + offset], or 0
   * if the index is negative.
   *
   * @param index int32, one for each number of {@code out}
   * @param out memory apart from the values
   */
  public static void gather(
      NativeBuffer values, NativeBuffer index, long stride, long offset, NativeBuffer out) {
    long count = count(out, out);
    Overlap.refuseAny("values", values, "out", out);
    NativeCall.check(
        NativeFacade.sotto_fixed_gather(
            values.pointer(),
            count(values, values),
            index.pointer("index", count * Integer.BYTES),
            count,
            stride,
            offset,
            out.pointer()));
  }

  /**
   * Puts numbers where a public table says: values[index[i] * stride + offset] = in[i] unless the
   * index is negative. The other values stay what they are; of two for one place the later one
   * stays.
   *
   * @param index int32, one for each number of {@code in}
   * @param values memory apart from {@code in}
   */
  public static void scatter(
      NativeBuffer in, NativeBuffer index, long stride, long offset, NativeBuffer values) {
    long count = count(in, in);
    Overlap.refuseAny("values", values, "in", in);
    NativeCall.check(
        NativeFacade.sotto_fixed_scatter(
            in.pointer(),
            index.pointer("index", count * Integer.BYTES),
            count,
            stride,
            offset,
            values.pointer(),
            count(values, values)));
  }

  private static long count(NativeBuffer a, NativeBuffer b) {
    if (a.size() != b.size() || a.size() % Long.BYTES != 0) {
      throw new IllegalArgumentException(
          "buffers of "
              + a.size()
              + " and "
              + b.size()
              + " bytes; give buffers of longs of the same length");
    }
    return a.size() / Long.BYTES;
  }
}
