package io.sotto.converter.shares;

import io.sotto.natives.Scope;

/**
 * How a tensor of fixed-point numbers is shared: each party holds a number for every element of
 * every image; what the two add up to, tells of the value, scaled by {@code 2^fraction}.
 */
public sealed interface ShareFormat permits ExactFormat, HalfCellFormat {
  /** The largest tensor, in elements an image. */
  int MAX_ELEMENTS = 1 << 24;

  /** Elements an image. */
  int elements();

  /** The values live modulo {@code 2^bits}. */
  int bits();

  /** Bits of shares below the value's last place, which depend on more than the value. */
  int guardBits();

  /** The shares live modulo {@code 2^shareBits}. */
  default int shareBits() {
    return bits() + guardBits();
  }

  /** Shares of so many images, all zero, in memory of the scope. */
  Shares allocate(int images, Scope scope);

  /** The values are scaled by {@code 2^fraction}. */
  int fraction();

  /** The largest scaled value in two's complement. */
  default long max() {
    return (1L << (bits() - 1)) - 1;
  }

  /** The smallest scaled value in two's complement. */
  default long min() {
    return -(1L << (bits() - 1));
  }

  /** {@code 2^shareBits - 1}. */
  default long mask() {
    return (1L << shareBits()) - 1;
  }

  /**
   * Can shares of this format be read as shares of that one? If only the width is larger, then
   * their low bits are. Shares of different kinds are never each other.
   */
  default boolean holds(ShareFormat other) {
    return getClass() == other.getClass()
        && elements() == other.elements()
        && fraction() == other.fraction()
        && bits() >= other.bits();
  }

  /** One unit in the last place. */
  default double unit() {
    return Math.scalb(1.0, -fraction());
  }

  /** The low bits of a number read as two's complement. */
  default long signed(long number) {
    int shift = Long.SIZE - bits();
    return number << shift >> shift;
  }

  private static void requireWithin(String what, int given, int from, int to) {
    if (given < from || given > to) {
      throw new IllegalArgumentException(
          what + " is " + given + "; allowed are " + from + ".." + to);
    }
  }

  /** Checks what all formats have in common. */
  static void validate(int elements, int bits, int fraction, int maxBits) {
    requireWithin("the number of elements", elements, 1, MAX_ELEMENTS);
    requireWithin("the width of a share in bits", bits, 2, maxBits);
    requireWithin("the number of fraction bits", fraction, 0, maxBits);
  }
}
