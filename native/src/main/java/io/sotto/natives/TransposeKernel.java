package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;

/**
 * Numbers of 64 bits on their side: a row for each bit, in which number c has bit c mod 64 of word
 * c / 64.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}.
 */
public final class TransposeKernel {
  private TransposeKernel() {}

  /**
   * Writes so many rows of whole words: row r has bit {@code firstBit + r} of each number. Bits
   * beyond the last number, within its word, become zero.
   */
  public static void toRows(
      NativeBuffer numbers, int count, int firstBit, int bits, int rowBytes, NativeBuffer rows) {
    NativeCall.check(
        NativeFacade.sotto_transpose_to_rows(
            numbers.pointer("numbers", count * (long) Long.BYTES),
            count,
            firstBit,
            bits,
            rowBytes,
            rows.pointer("rows", bits * (long) rowBytes)));
  }

  /** Writes numbers of so many bits, the lowest of which are in the first row. */
  public static void toNumbers(
      NativeBuffer rows, int rowBytes, int bits, int count, NativeBuffer numbers) {
    NativeCall.check(
        NativeFacade.sotto_transpose_to_numbers(
            rows.pointer("rows", bits * (long) rowBytes),
            rowBytes,
            bits,
            count,
            numbers.pointer("numbers", count * (long) Long.BYTES)));
  }
}
