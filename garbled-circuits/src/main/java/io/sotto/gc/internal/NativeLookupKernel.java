package io.sotto.gc.internal;

import io.sotto.natives.LookupPads;
import io.sotto.natives.LookupTables;
import io.sotto.natives.NativeBuffer;

/** The kernel in native code, for machines with AES instructions. */
final class NativeLookupKernel implements LookupKernel {
  @Override
  public void pads(
      LookupPads.Transfers transfers, LookupWindow window, NativeBuffer delta, NativeBuffer pads) {
    LookupPads.all(transfers, window.firstWire(), window.choices(), delta, pads);
  }

  @Override
  public void chosenPads(LookupPads.Transfers transfers, LookupWindow window, NativeBuffer pads) {
    LookupPads.chosen(transfers, window.firstWire(), window.choices(), pads);
  }

  @Override
  public void tables(
      LookupWindow window,
      int size,
      NativeBuffer shares,
      NativeBuffer carries,
      NativeBuffer fresh,
      NativeBuffer pads,
      NativeBuffer tables) {
    LookupTables.tables(window(window), size, shares, carries, fresh, pads, tables);
  }

  @Override
  public void entries(
      LookupWindow window,
      int size,
      NativeBuffer shares,
      NativeBuffer choices,
      NativeBuffer pads,
      NativeBuffer tables,
      NativeBuffer row) {
    LookupTables.entries(window(window), size, shares, choices, pads, tables, row);
  }

  @Override
  public void bits(int bit, int size, long addend, NativeBuffer numbers, NativeBuffer row) {
    LookupTables.bits(bit, size, addend, numbers, row);
  }

  @Override
  public void signs(int bits, int size, NativeBuffer shares, NativeBuffer signs) {
    LookupTables.signs(bits, size, shares, signs);
  }

  @Override
  public void parts(
      LookupTables.Part part,
      int size,
      NativeBuffer shares,
      NativeBuffer carries,
      NativeBuffer wraps,
      NativeBuffer numbers) {
    LookupTables.parts(part, size, shares, carries, wraps, numbers);
  }

  private static LookupTables.Window window(LookupWindow window) {
    return new LookupTables.Window(window.firstBit(), window.bits(), window.carries());
  }
}
