package io.sotto.server.compile.formats;

import io.sotto.converter.shares.ExactFormat;

/**
 * How the shares of a value are made.
 *
 * @param fraction f: the value is scaled by {@code 2^f}
 * @param bits m: what the value itself needs
 * @param width what the shares have, for the sake of the steps that take them; at least m
 * @param expected the largest magnitude that calibration saw, or the bound where there was none
 * @param magnitude the largest that m was chosen for
 */
public record ValueFormat(
    int elements, int fraction, int bits, int width, double expected, double magnitude) {
  static final int MIN_BITS = 4;

  /** The width that holds a magnitude, rounded to the nearest unit. */
  static int bits(double magnitude, int fraction, int atLeast) {
    double scaled = Math.ceil(Math.scalb(magnitude, fraction));
    int bits = scaled >= 1L << 61 ? 63 : 1 + Long.SIZE - Long.numberOfLeadingZeros((long) scaled);
    return Math.max(Math.max(bits, MIN_BITS), atLeast);
  }

  /** As wide as the shares are. */
  public ExactFormat whole() {
    return new ExactFormat(elements, width, fraction);
  }

  /** The value alone, in the bits that it needs. */
  public ExactFormat own() {
    return new ExactFormat(elements, bits, fraction);
  }

  /** The largest number that m bits hold. */
  public double capacity() {
    return Math.scalb((double) ((1L << (bits - 1)) - 1), -fraction);
  }

  /** The width of what gives this value when so many of its low bits are dropped. */
  public int widthBefore(int dropped) {
    return dropped > 0 ? bits + dropped : width;
  }

  ValueFormat withWidth(int other) {
    return new ValueFormat(elements, fraction, bits, other, expected, magnitude);
  }
}
