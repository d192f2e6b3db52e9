package io.sotto.gc.internal;

import io.sotto.natives.LookupPads;
import io.sotto.natives.LookupTables;
import io.sotto.natives.NativeBuffer;

/**
 * The work of functions of shares on a chunk of instances, whose mathematics {@code
 * io.sotto.gc.function.ShareFunction} gives. All forms compute the same bytes.
 *
 * <p>Numbers are 64-bit words, one for each instance; rows are packed bits, one for each instance,
 * lowest first, zeros up to the last whole byte.
 *
 * <p><b>Security.</b> As {@link LabelKernel}: constant time in shares, labels and keys. No table is
 * read at a secret place: it is a word, which is shifted.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Failure.</b> Buffers that are too short are an {@link IllegalArgumentException}.
 */
public interface LookupKernel {
  /**
   * The pads of all entries of a window's tables: bit e is the sum, over the window's wires j, of
   * bit e of the hash of wire j's zero label, plus the offset if bit j of e is set.
   */
  void pads(
      LookupPads.Transfers transfers, LookupWindow window, NativeBuffer delta, NativeBuffer pads);

  /** The sums of the hashes of the labels as they are: right at the entry that was chosen. */
  void chosenPads(LookupPads.Transfers transfers, LookupWindow window, NativeBuffer pads);

  /**
   * Tables: entry e is the carry out of the window of the share, of e's bits and of the carry in,
   * plus the fresh bit and the pad. The carry in is the carries' bit plus e's uppermost bit, modulo
   * 2; without one, the carries aren't read.
   */
  void tables(
      LookupWindow window,
      int size,
      NativeBuffer shares,
      NativeBuffer carries,
      NativeBuffer fresh,
      NativeBuffer pads,
      NativeBuffer tables);

  /** The entries that the window's bits of the shares and the choices name, without their pads. */
  void entries(
      LookupWindow window,
      int size,
      NativeBuffer shares,
      NativeBuffer choices,
      NativeBuffer pads,
      NativeBuffer tables,
      NativeBuffer row);

  /** A bit of each number plus an addend. */
  void bits(int bit, int size, long addend, NativeBuffer numbers, NativeBuffer row);

  /** The uppermost of the bits of each share, as a number. */
  void signs(int bits, int size, NativeBuffer shares, NativeBuffer signs);

  /**
   * Parts of shares, plus the carries, plus 2^bits times the wraps, modulo 2^wideBits. Wraps aren't
   * read if there are no more bits than the part has.
   */
  void parts(
      LookupTables.Part part,
      int size,
      NativeBuffer shares,
      NativeBuffer carries,
      NativeBuffer wraps,
      NativeBuffer numbers);
}
