package io.sotto.ckks;

import io.sotto.natives.CpuFeatures;
import io.sotto.natives.CpuFeatures.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Chooses the smallest ring in which a linear step is exact, and the narrowest response in it.
 *
 * <p>The client multiplies a response of k bits by its key modulo q at once, which takes a q of
 * {@code k + log2 N + 1} bits. That, not noise, sets q for all but large weights. (A response in
 * two halves, multiplied apart, would do with one or two bits less, for twice the client's work.)
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
  private static final int SMALL_LOG_DEGREE = 11;
  private static final int LARGE_LOG_DEGREE = 12;
  private static final RingParameters LARGEST =
      RingParameters.of(LARGE_LOG_DEGREE, RingParameters.MAX_MODULUS_BITS);

  private ParameterPlanner() {}

  /** The rings to choose from, smallest modulus first, each with the smallest degree for it. */
  public static List<RingParameters> rings() {
    List<RingParameters> rings = new ArrayList<>();
    int small = RingParameters.secureModulusBits(SMALL_LOG_DEGREE);
    for (int bits = RingParameters.MIN_MODULUS_BITS; bits <= LARGEST.modulusBits(); bits++) {
      rings.add(RingParameters.of(bits <= small ? SMALL_LOG_DEGREE : LARGE_LOG_DEGREE, bits));
    }
    return rings;
  }

  /** The longest modulus for which this processor's vectors transform and multiply residues. */
  public static int fastBits() {
    boolean wide = CpuFeatures.detected().containsAll(List.of(Feature.AVX512, Feature.AVX512IFMA));
    return wide ? 52 : 50;
  }

  /**
   * The smallest of the {@link #rings} in which a step is exact, with the narrowest response.
   *
   * @param wideBits L, width of the values and of the inputs' shares
   * @param l1Norm largest sum of absolute weights of an output
   * @param l2Norm largest root of the sum of squared weights of an output
   */
  public static NoiseBound choose(int wideBits, double l1Norm, double l2Norm) {
    return rings().stream()
        .flatMap(ring -> in(ring, wideBits, l1Norm, l2Norm).stream())
        .findFirst()
        .orElseThrow(() -> nothingFits(wideBits, l1Norm, l2Norm));
  }

  /** The narrowest response with which a step is exact in this ring, if there is one. */
  public static Optional<NoiseBound> in(
      RingParameters ring, int wideBits, double l1Norm, double l2Norm) {
    int least = minShortBits(wideBits, ring.logDegree());
    int most = ring.maxShortBits();
    if (least > most || !new NoiseBound(ring, wideBits, l1Norm, l2Norm, most).exact()) {
      return Optional.empty();
    }
    NoiseBound bound = new NoiseBound(ring, wideBits, l1Norm, l2Norm, least);
    while (!bound.exact()) {
      bound = new NoiseBound(ring, wideBits, l1Norm, l2Norm, bound.shortBits() + 1);
    }
    return Optional.of(bound);
  }

  /**
   * The narrowest response whose rounding alone leaves a step exact: no narrower one is right,
   * whatever the modulus and the weights.
   */
  public static int minShortBits(int wideBits, int logDegree) {
    double rounding = NoiseBound.rounding(1 << logDegree);
    int guard = 0;
    while (Math.scalb(rounding, -guard) >= NoiseBound.LIMIT) {
      guard++;
    }
    return wideBits + 1 + guard;
  }

  private static IllegalArgumentException nothingFits(int wideBits, double l1Norm, double l2Norm) {
    int least = minShortBits(wideBits, LARGE_LOG_DEGREE);
    int most = LARGEST.maxShortBits();
    return new IllegalArgumentException(
        "no modulus up to "
            + LARGEST.modulusBits()
            + " bits makes a linear step on values of "
            + wideBits
            + " bits exact: "
            + (least > most
                ? "responses need %d bits, and times the key only %d fit; take narrower values"
                    .formatted(least, most)
                : tooMuchNoise(new NoiseBound(LARGEST, wideBits, l1Norm, l2Norm, most))));
  }

  private static String tooMuchNoise(NoiseBound bound) {
    return String.format(
        Locale.ROOT,
        "the noise is %.3g half cells there, and has to be below %.1f; take smaller weights or"
            + " narrower values",
        bound.halfCells(),
        NoiseBound.LIMIT);
  }
}
