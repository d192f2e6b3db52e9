package io.sotto.gc.internal;

/**
 * The bits of two numbers that a lookup adds, from one on, with the carry that comes in below them.
 *
 * @param firstBit of the shares
 * @param firstWire the first of the transfers whose choices name an entry: one for each bit, lowest
 *     first, then one for the carry
 * @param carries whether a carry comes in
 */
public record LookupWindow(int firstBit, int bits, int firstWire, boolean carries) {
  /** Bits that name an entry. */
  public int choices() {
    return bits + (carries ? 1 : 0);
  }

  /** Entries of a table, a bit each. */
  public int entries() {
    return 1 << choices();
  }
}
