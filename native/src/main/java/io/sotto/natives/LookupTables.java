package io.sotto.natives;

import static io.sotto.natives.LabelSizes.rowBytes;
import static io.sotto.natives.LabelSizes.wordBytes;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_lookup_part;
import io.sotto.natives.internal.sotto_lookup_window;

/**
 * The steps of lookups that need no cipher. Each function is specified where it is used, in {@code
 * io.sotto.gc.internal.LookupKernel}.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}.
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
            shares.pointer("shares", wordBytes(size)),
            carries.pointer("carries", rowBytes(size)),
            fresh.pointer("fresh", rowBytes(size)),
            pads.pointer("pads", wordBytes(size)),
            tables.pointer("tables", wordBytes(size))));
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
            shares.pointer("shares", wordBytes(size)),
            choices.pointer("choices", rowBytes(size)),
            pads.pointer("pads", wordBytes(size)),
            tables.pointer("tables", wordBytes(size)),
            row.pointer("row", rowBytes(size))));
  }

  /** A bit of each number plus an addend. */
  public static void bits(int bit, int size, long addend, NativeBuffer numbers, NativeBuffer row) {
    NativeCall.check(
        NativeFacade.sotto_lookup_bits(
            bit,
            size,
            addend,
            numbers.pointer("numbers", wordBytes(size)),
            row.pointer("row", rowBytes(size))));
  }

  /** The top bits of shares as numbers. */
  public static void signs(int bits, int size, NativeBuffer shares, NativeBuffer signs) {
    NativeCall.check(
        NativeFacade.sotto_lookup_signs(
            bits,
            size,
            shares.pointer("shares", wordBytes(size)),
            signs.pointer("signs", wordBytes(size))));
  }

  /**
   * Some bits of a number as one of more or fewer.
   *
   * @param signed in two's complement
   */
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
            shares.pointer("shares", wordBytes(size)),
            carries.pointer("carries", wordBytes(size)),
            wraps.pointer("wraps", part.wideBits > part.bits ? wordBytes(size) : 0),
            numbers.pointer("numbers", wordBytes(size))));
  }
}
