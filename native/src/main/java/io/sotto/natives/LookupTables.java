package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_lookup_part;
import io.sotto.natives.internal.sotto_lookup_window;

/**
 * The steps of functions of shares that need no cipher. What each function computes is specified
 * where it is used, in {@code io.sotto.gc.internal.LookupKernel}.
 *
 * <p><b>Security.</b> Constant time: no branch, address or loop length depends on numbers or bits.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> Buffers that are too short and windows out of range are an {@link
 * IllegalArgumentException}.
 */
public final class LookupTables {
  private static final CallStruct<sotto_lookup_window> WINDOW =
      new CallStruct<>(sotto_lookup_window::new);
  private static final CallStruct<sotto_lookup_part> PART =
      new CallStruct<>(sotto_lookup_part::new);

  private LookupTables() {}

  /** Some bits of a number, and whether a carry comes in below them. */
  public record Window(int firstBit, int bits, boolean carries) {
    private sotto_lookup_window struct() {
      return WINDOW.get().first_bit(firstBit).bits(bits).carries(carries ? 1 : 0);
    }
  }

  /** The masked tables of a window. */
  public static void tables(
      Window window,
      int size,
      NativeBuffer shares,
      NativeBuffer carries,
      NativeBuffer fresh,
      NativeBuffer pads,
      NativeBuffer tables) {
    NativeCall.check(
        NativeFacade.sotto_lookup_tables(
            window.struct(),
            size,
            shares.pointer("shares", words(size)),
            carries.pointer("carries", rowBytes(size)),
            fresh.pointer("fresh", rowBytes(size)),
            pads.pointer("pads", words(size)),
            tables.pointer("tables", words(size))));
  }

  /** The entries of masked tables. */
  public static void entries(
      Window window,
      int size,
      NativeBuffer shares,
      NativeBuffer choices,
      NativeBuffer pads,
      NativeBuffer tables,
      NativeBuffer row) {
    NativeCall.check(
        NativeFacade.sotto_lookup_entries(
            window.struct(),
            size,
            shares.pointer("shares", words(size)),
            choices.pointer("choices", rowBytes(size)),
            pads.pointer("pads", words(size)),
            tables.pointer("tables", words(size)),
            row.pointer("row", rowBytes(size))));
  }

  /** A bit of each number plus an addend. */
  public static void bits(int bit, int size, long addend, NativeBuffer numbers, NativeBuffer row) {
    NativeCall.check(
        NativeFacade.sotto_lookup_bits(
            bit,
            size,
            addend,
            numbers.pointer("numbers", words(size)),
            row.pointer("row", rowBytes(size))));
  }

  /** The top bits of shares as numbers. */
  public static void signs(int bits, int size, NativeBuffer shares, NativeBuffer signs) {
    NativeCall.check(
        NativeFacade.sotto_lookup_signs(
            bits,
            size,
            shares.pointer("shares", words(size)),
            signs.pointer("signs", words(size))));
  }

  /** Some bits of a number as one of more or fewer. */
  public record Part(int firstBit, int bits, int wideBits, boolean signed) {
    private sotto_lookup_part struct() {
      return PART.get()
          .first_bit(firstBit)
          .bits(bits)
          .wide_bits(wideBits)
          .is_signed(signed ? 1 : 0);
    }
  }

  /** Parts of shares, with carries and wraps. */
  public static void parts(
      Part part,
      int size,
      NativeBuffer shares,
      NativeBuffer carries,
      NativeBuffer wraps,
      NativeBuffer numbers) {
    NativeCall.check(
        NativeFacade.sotto_lookup_parts(
            part.struct(),
            size,
            shares.pointer("shares", words(size)),
            carries.pointer("carries", words(size)),
            wraps.pointer("wraps", part.wideBits > part.bits ? words(size) : 0),
            numbers.pointer("numbers", words(size))));
  }

  private static long words(int size) {
    return (long) notNegative(size) * Long.BYTES;
  }

  private static long rowBytes(int size) {
    return (notNegative(size) + 7L) / 8;
  }

  private static int notNegative(int size) {
    if (size < 0) {
      throw new IllegalArgumentException("size is " + size + ", must not be negative");
    }
    return size;
  }
}
