package io.sotto.ckks;

/**
 * How far the value that both parties share after a linear step lies from the exact one, before
 * each rounds its share, proven except with probability 2^-40 a batch of up to 2^30 values.
 *
 * <p><b>The setting.</b> Input i of a map row w is p_i * q/2^L + r_i + r'_i + e_i: the parties'
 * shares are encoded with rounding errors r_i, r'_i of at most 1/2, and e_i is the encryption's
 * noise, SEAL's centred binomial distribution: the difference of two sums of 21 bits. A constant
 * that the server adds has a rounding error r of at most 1/2. Re-randomisation adds e*u + e1 +
 * e2*s, where e is the public key's noise, e1 and e2 are fresh noise, and s and u are uniform
 * ternary. Then c0 and c1 are multiplied by 2^k/q and rounded, with errors of at most 1/2 a
 * coefficient, rho_0 and rho_1, and the client computes c0 + c1*s exactly.
 *
 * <p><b>Worst case.</b> The encoding errors are data, not noise that one may call independent:
 * their sum is at most ||w||_1 + 1/2. rho_0 is at most 1/2.
 *
 * <p><b>Encryption noise.</b> Such an e_i is a sum of 42 independent centred bits, each within
 * +-1/2, so by Hoeffding's lemma E exp(t e_i) is at most exp(t^2 * 10.5/2). Given s and u, a
 * coefficient of sum w_i e_i + e*u + e1 + e2*s is a linear combination of independent such
 * variables (different ciphertexts, different coefficients) whose factors have squares adding up to
 * at most ||w||_2^2 + N + 1 + N. Hence it exceeds T * sqrt(10.5 (||w||_2^2 + 2N + 1)) in absolute
 * value with probability at most 2 exp(-T^2/2).
 *
 * <p><b>Rounding of c1.</b> c1 = sum w_i c1_i + a*u + e2 does not depend on s at all, as the c1_i
 * and a are public and uniform, so rho_1 doesn't either. A uniform ternary variable has E exp(t
 * s_j) = (1 + 2 cosh t)/3, at most exp(t^2/3) (compare the series term by term), so a coefficient
 * of rho_1 * s exceeds T * sqrt(N/4 * 2/3) with probability at most 2 exp(-T^2/2) over the choice
 * of the key.
 *
 * <p><b>Union.</b> Two events a value, 2^30 values: T^2 = 2 ln(2^2 * 2^30 * 2^40).
 *
 * @param l1Norm the largest sum of absolute weights of an output
 * @param l2Norm the largest root of the sum of squared weights of an output
 * @param shortBits k, the width that responses are rounded to
 */
public record NoiseBound(RingParameters parameters, double l1Norm, double l2Norm, int shortBits) {
  /** The bound holds for a whole batch except with probability 2^-FAILURE_BITS. */
  public static final int FAILURE_BITS = 40;

  /** A batch has at most 2^BATCH_BITS values. */
  public static final int BATCH_BITS = 30;

  private static final double CBD_VARIANCE_PROXY = 42 / 4.0;
  private static final double TERNARY_VARIANCE_PROXY = 2 / 3.0;
  private static final double DEVIATIONS =
      Math.sqrt(2 * Math.log(2) * (2 + BATCH_BITS + FAILURE_BITS));

  public NoiseBound {
    if (!(l1Norm >= 0 && l2Norm >= 0) || Double.isInfinite(l1Norm) || Double.isInfinite(l2Norm)) {
      throw new IllegalArgumentException("norms of weights must be finite and not negative");
    }
    if (shortBits < 1 || shortBits > 62) {
      throw new IllegalArgumentException(
          "responses rounded to " + shortBits + " bits; give 1 to 62");
    }
  }

  /** Rounding errors of the encodings, in residues. */
  public double encoding() {
    return l1Norm + 0.5;
  }

  /** Noise of the inputs and of the re-randomisation, in residues. */
  public double encryption() {
    double squares = l2Norm * l2Norm + 2.0 * parameters.degree() + 1;
    return DEVIATIONS * Math.sqrt(CBD_VARIANCE_PROXY * squares);
  }

  /** Rounding errors of the response, in units of its last place, q / 2^k. */
  public double rounding() {
    return rounding(parameters.degree());
  }

  static double rounding(int degree) {
    return 0.5 + DEVIATIONS * Math.sqrt(degree / 4.0 * TERNARY_VARIANCE_PROXY);
  }

  /** All of it as a fraction of q. */
  public double fraction() {
    return (encoding() + encryption()) / parameters.modulus() + Math.scalb(rounding(), -shortBits);
  }

  /**
   * All of it in units of the last place of a share modulo 2^shareBits. While this is below 1/2,
   * the sum of the rounded shares differs by at most 1 from the exact value rounded to nearest: the
   * two roundings add at most 1, so it is within 1 + 1/2 + (less than 1/2) of an integer, and both
   * are integers.
   */
  public double lastPlaces(int shareBits) {
    return Math.scalb(fraction(), shareBits);
  }
}
