package io.sotto.converter.attack;

import java.util.Random;

/**
 * Shares in half cells with a carry between them: each value lies in the middle of its cell, the
 * server rounds its share to half cells, the client takes its own down to them, and so the shares
 * add up to twice the value, or to that and one; the bits above those that are dropped follow with
 * the carry out of all bits below.
 */
final class ExactSharing implements Sharing {
  /** Bits of the exact shares below half cells, in which the noise is. */
  private static final int NOISE_BITS = 20;

  private static final int SHARE_BITS = SmallNetwork.WIDE_BITS + 1;
  private static final int LOW_BITS = SmallNetwork.FRACTION + 1;
  private static final long UNIT = 1L << NOISE_BITS;

  private final Random random;
  private final int carryBits;

  /** The form that leaves no bit out. */
  ExactSharing(long seed) {
    this(seed, LOW_BITS);
  }

  /**
   * One that may not be exact.
   *
   * @param carryBits how many of the bits below a value the carry is computed from, the highest
   */
  ExactSharing(long seed, int carryBits) {
    this.random = new Random(seed);
    this.carryBits = carryBits;
  }

  /** What the exact share holds below the value's last place, and below half cells. */
  @Override
  public int fractionsPerValue() {
    return 2;
  }

  @Override
  public long rescale(long result, double[] fractions, int at) {
    long noise = random.nextLong(1 - UNIT / 2, UNIT / 2);
    long exact = random.nextLong() & mask(SHARE_BITS + NOISE_BITS);
    fractions[at] = fraction(exact, LOW_BITS + NOISE_BITS);
    fractions[at + 1] = fraction(exact, NOISE_BITS);
    long client = exact >> NOISE_BITS;
    long server = ((2 * result + 1) * UNIT + noise - exact + UNIT / 2) >> NOISE_BITS;
    return truncated(server & mask(SHARE_BITS), client);
  }

  private long truncated(long server, long client) {
    int left = LOW_BITS - carryBits;
    long low = ((server & mask(LOW_BITS)) >> left) + ((client & mask(LOW_BITS)) >> left);
    long sum = (server >> LOW_BITS) + (client >> LOW_BITS) + (low >> carryBits);
    int shift = Long.SIZE - (SHARE_BITS - LOW_BITS);
    return sum << shift >> shift;
  }

  private static double fraction(long value, int bits) {
    return Math.scalb((double) (value & mask(bits)), -bits);
  }

  private static long mask(int bits) {
    return (1L << bits) - 1;
  }
}
