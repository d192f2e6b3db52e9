package io.sotto.ckks;

import java.util.Locale;

/**
 * Chooses the smallest ring in which a linear step is exact enough.
 *
 * <p><b>Security.</b> Chooses among parameters of at least 128 bits only. The norms of the weights
 * go in, so the chosen size of the modulus, which the client sees, tells roughly how large the
 * weights are.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> If nothing fits, an {@link IllegalArgumentException} that says which number is
 * too large.
 */
public final class ParameterPlanner {
  /** Noise allowed by default, in units of the narrow share's last place. */
  public static final double DEFAULT_TOLERANCE = 1 / 8.0;

  private static final int SMALL_LOG_DEGREE = 11;
  private static final int LARGE_LOG_DEGREE = 12;

  private ParameterPlanner() {}

  /**
   * The ring with the smallest modulus such that the noise stays below the tolerance and the client
   * can multiply the rounded response by its key.
   *
   * @param shareBits m, width of the narrow shares
   * @param wideBits L, width of the inputs' shares
   * @param shortBits k, width that responses are rounded to
   * @param l1Norm largest sum of absolute weights of an output
   * @param l2Norm largest root of the sum of squared weights of an output
   * @param tolerance in units of the narrow share's last place
   */
  public static NoiseBound choose(
      int shareBits, int wideBits, int shortBits, double l1Norm, double l2Norm, double tolerance) {
    if (shareBits < 1 || shareBits > shortBits || shareBits > wideBits || wideBits > 62) {
      throw new IllegalArgumentException(
          "shares of "
              + shareBits
              + " bits, responses of "
              + shortBits
              + ", inputs of "
              + wideBits
              + "; the first may not exceed the others, and 62 bits are the most");
    }
    if (!(tolerance > 0)) {
      throw new IllegalArgumentException("a tolerance of " + tolerance + "; give more than 0");
    }
    int logDegree = SMALL_LOG_DEGREE;
    for (int bits = RingParameters.MIN_MODULUS_BITS;
        bits <= RingParameters.MAX_MODULUS_BITS;
        bits++) {
      if (bits > RingParameters.secureModulusBits(logDegree)) {
        logDegree = LARGE_LOG_DEGREE;
      }
      NoiseBound bound =
          new NoiseBound(RingParameters.of(logDegree, bits), l1Norm, l2Norm, shortBits);
      if (bound.lastPlaces(shareBits) < tolerance
          && shortBits <= bound.parameters().maxShortBits()) {
        return bound;
      }
    }
    RingParameters largest = RingParameters.of(LARGE_LOG_DEGREE, RingParameters.MAX_MODULUS_BITS);
    throw nothingFits(shareBits, tolerance, new NoiseBound(largest, l1Norm, l2Norm, shortBits));
  }

  /**
   * {@link #choose} with the narrowest response whose rounding takes at most half the tolerance.
   */
  public static NoiseBound choose(
      int shareBits, int wideBits, double l1Norm, double l2Norm, double tolerance) {
    return choose(
        shareBits,
        wideBits,
        shortBits(shareBits, SMALL_LOG_DEGREE, tolerance / 2),
        l1Norm,
        l2Norm,
        tolerance);
  }

  /**
   * The narrowest response whose rounding errors stay below the tolerance in a share's last place.
   */
  public static int shortBits(int shareBits, int logDegree, double tolerance) {
    double rounding = NoiseBound.rounding(1 << logDegree);
    int extra = 0;
    while (Math.scalb(rounding, -extra) >= tolerance) {
      extra++;
    }
    return shareBits + extra;
  }

  private static IllegalArgumentException nothingFits(
      int shareBits, double tolerance, NoiseBound largest) {
    int shortBits = largest.shortBits();
    double rounding = Math.scalb(largest.rounding(), shareBits - shortBits);
    String reason;
    if (rounding >= tolerance) {
      reason =
          "rounding responses to "
              + shortBits
              + " bits alone takes "
              + format(rounding)
              + "; round to "
              + shortBits(shareBits, LARGE_LOG_DEGREE, tolerance)
              + " bits or more";
    } else if (shortBits > largest.parameters().maxShortBits()) {
      reason =
          "responses of "
              + shortBits
              + " bits times the key don't fit; round to "
              + largest.parameters().maxShortBits()
              + " bits or fewer";
    } else {
      reason =
          "the noise is "
              + format(largest.lastPlaces(shareBits))
              + " there; take smaller weights or narrower shares";
    }
    return new IllegalArgumentException(
        "no modulus up to "
            + RingParameters.MAX_MODULUS_BITS
            + " bits keeps the noise below "
            + format(tolerance)
            + " units in the last place of "
            + shareBits
            + "-bit shares: "
            + reason);
  }

  private static String format(double number) {
    return String.format(Locale.ROOT, "%.3g", number);
  }
}
