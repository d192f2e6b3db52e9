package io.sotto.server.compile.formats;

import io.sotto.converter.shares.ExactFormat;

/**
 * How the shares of a value are made.
 *
 * @param fraction f: the value is scaled by {@code 2^f}
 * @param bits m: what the value itself needs
 * @param width what the shares have, for the sake of the steps that take them; at least m
 * @param expected the largest magnitude that calibration saw, or the bound where there was none
 * @param held the largest magnitude that m was chosen for
 */
public record ValueFormat(
    int elements, int fraction, int bits, int width, double expected, double held) {
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

  ValueFormat withWidth(int other) {
    return new ValueFormat(elements, fraction, bits, other, expected, held);
  }
}
