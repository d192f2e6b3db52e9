package io.sotto.gc.internal;

import io.sotto.natives.LookupPads;
import io.sotto.natives.LookupTables;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/** The kernel in plain Java, over a {@link LabelKernel}. */
final class PlainLookupKernel implements LookupKernel {
  private final LabelKernel kernel;

  PlainLookupKernel(LabelKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public void pads(
      LookupPads.Transfers transfers, LookupWindow window, NativeBuffer delta, NativeBuffer pads) {
    sum(
        transfers,
        window,
        delta,
        pads,
        (choice, zero, one) -> {
          long word = 0;
          for (int entry = 0; entry < window.entries(); entry++) {
            long hash = (entry >>> choice & 1) == 0 ? zero : one;
            word |= hash & (1L << entry);
          }
          return word;
        });
  }

  @Override
  public void chosenPads(LookupPads.Transfers transfers, LookupWindow window, NativeBuffer pads) {
    try (NativeBuffer nothing = NativeBuffer.allocate(LabelKernel.LABEL_BYTES)) {
      sum(transfers, window, nothing, pads, (choice, zero, one) -> zero);
    }
  }

  /** What a wire's two hashes contribute. */
  private interface Term {
    long of(int choice, long zero, long one);
  }

  private void sum(
      LookupPads.Transfers transfers,
      LookupWindow window,
      NativeBuffer delta,
      NativeBuffer pads,
      Term term) {
    LongBuffer target = pads.longs();
    try (Scope scope = new Scope()) {
      long blockBytes = (long) LabelKernel.lanes(transfers.block()) * LabelKernel.LABEL_BYTES;
      NativeBuffer nothing = scope.allocate(LabelKernel.LABEL_BYTES);
      NativeBuffer zero = scope.allocate(blockBytes);
      NativeBuffer one = scope.allocate(blockBytes);
      long at = 0;
      long id = transfers.firstId() + window.firstWire();
      for (int start = 0; start < transfers.size(); start += transfers.block()) {
        int n = Math.min(transfers.block(), transfers.size() - start);
        long wireBytes = (long) LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
        for (int i = 0; i < n; i++) {
          target.put(start + i, 0);
        }
        for (int choice = 0; choice < window.choices(); choice++) {
          NativeBuffer wire =
              transfers.labels().slice(at + (window.firstWire() + choice) * wireBytes, wireBytes);
          kernel.hash(wire, nothing, transfers.sessionKey(), id + choice, n, zero);
          kernel.hash(wire, delta, transfers.sessionKey(), id + choice, n, one);
          for (int i = 0; i < n; i++) {
            long added = term.of(choice, zero.longs().get(2 * i), one.longs().get(2 * i));
            target.put(start + i, target.get(start + i) ^ added);
          }
        }
        at += transfers.wires() * wireBytes;
        id += transfers.wires();
      }
    }
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
    LongBuffer numbers = shares.longs();
    LongBuffer padWords = pads.longs();
    LongBuffer target = tables.longs();
    ByteBuffer carryRow = carries.bytes();
    ByteBuffer freshRow = fresh.bytes();
    for (int i = 0; i < size; i++) {
      long own = part(window, numbers.get(i));
      long table = 0;
      for (int entry = 0; entry < window.entries(); entry++) {
        long carry = window.carries() ? bit(carryRow, i) ^ (entry >>> window.bits()) : 0;
        long sum = own + (entry & ((1L << window.bits()) - 1)) + carry;
        table |= ((sum >>> window.bits()) ^ bit(freshRow, i)) << entry;
      }
      target.put(i, (table ^ padWords.get(i)) & ((1L << window.entries()) - 1));
    }
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
    LongBuffer numbers = shares.longs();
    LongBuffer padWords = pads.longs();
    LongBuffer words = tables.longs();
    ByteBuffer choiceRow = choices.bytes();
    pack(
        size,
        row,
        i -> {
          long choice = window.carries() ? bit(choiceRow, i) << window.bits() : 0;
          return (words.get(i) ^ padWords.get(i)) >>> (part(window, numbers.get(i)) | choice);
        });
  }

  @Override
  public void bits(int bit, int size, long addend, NativeBuffer numbers, NativeBuffer row) {
    LongBuffer source = numbers.longs();
    pack(size, row, i -> (source.get(i) + addend) >>> bit);
  }

  @Override
  public void signs(int bits, int size, NativeBuffer shares, NativeBuffer signs) {
    LongBuffer source = shares.longs();
    LongBuffer target = signs.longs();
    for (int i = 0; i < size; i++) {
      target.put(i, source.get(i) >>> (bits - 1) & 1);
    }
  }

  @Override
  public void parts(
      LookupTables.Part part,
      int size,
      NativeBuffer shares,
      NativeBuffer carries,
      NativeBuffer wraps,
      NativeBuffer numbers) {
    LongBuffer target = numbers.longs();
    LongBuffer source = shares.longs();
    LongBuffer carryWords = carries.longs();
    LongBuffer wrapWords = wraps.longs();
    int shift = Long.SIZE - part.bits();
    for (int i = 0; i < size; i++) {
      long upper = source.get(i) >>> part.firstBit() << shift;
      long number = part.signed() ? upper >> shift : upper >>> shift;
      long wrapped = part.wideBits() > part.bits() ? wrapWords.get(i) << part.bits() : 0;
      long sum = number + carryWords.get(i) + wrapped;
      target.put(i, sum & ((1L << part.wideBits()) - 1));
    }
  }

  private static long part(LookupWindow window, long number) {
    return (number >>> window.firstBit()) & ((1L << window.bits()) - 1);
  }

  private static long bit(ByteBuffer row, int i) {
    return (long) row.get(i >>> 3) >>> (i & 7) & 1;
  }

  /** A number for each instance, of which the lowest bit counts. */
  private interface Bits {
    long of(int i);
  }

  private static void pack(int size, NativeBuffer row, Bits bits) {
    ByteBuffer target = row.bytes();
    for (int start = 0; start < size; start += 8) {
      long packed = 0;
      for (int i = start; i < Math.min(size, start + 8); i++) {
        packed |= (bits.of(i) & 1) << (i - start);
      }
      target.put(start / 8, (byte) packed);
    }
  }
}
