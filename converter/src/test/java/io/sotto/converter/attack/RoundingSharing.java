package io.sotto.converter.attack;

import java.util.Random;

/**
 * Shares modulo a prime that each side rounds alone: what Sotto computed before its linear steps
 * were exact. The value is the exact one less the client's fraction, rounded.
 */
final class RoundingSharing implements Sharing {
  /** A prime: q. */
  private static final long MODULUS = (1L << 34) - 41;

  private final Random random;

  RoundingSharing(long seed) {
    this.random = new Random(seed);
  }

  @Override
  public int fractionsPerValue() {
    return 1;
  }

  @Override
  public long rescale(long result, double[] fractions, int at) {
    long residue = result & mask(SmallNetwork.WIDE_BITS);
    long plain = scaled(residue, MODULUS, SmallNetwork.WIDE_BITS) % MODULUS;
    long server = random.nextLong(MODULUS);
    long client = Math.floorMod(plain - server, MODULUS);
    double exact = (double) (client << SmallNetwork.BITS) / MODULUS;
    fractions[at] = exact + 0.5 - Math.floor(exact + 0.5);
    long sum = rounded(server) + rounded(client);
    int shift = Long.SIZE - SmallNetwork.BITS;
    return sum << shift >> shift;
  }

  /** What a side keeps of its share: m bits. */
  private static long rounded(long share) {
    return ((share << (SmallNetwork.BITS + 1)) + MODULUS) / (2 * MODULUS);
  }

  /** round(value * factor / 2^bits). */
  private static long scaled(long value, long factor, int bits) {
    return (value * factor + (1L << (bits - 1))) >> bits;
  }

  private static long mask(int bits) {
    return (1L << bits) - 1;
  }
}
