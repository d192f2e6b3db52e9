package io.sotto.ckks;

/**
 * How far what both parties share after a linear step lies from the middle of its cell, proven
 * except with probability 2^-40 a batch of up to 2^36 values. While that is less than half of a
 * half cell, the step is exact.
 *
 * <p><b>The setting.</b> v = W x + b is an integer modulo 2^L, and a cell is q/2^L wide. Input i of
 * a map's row w is x_i q/2^L + r_i + r'_i + e_i: the parties' shares are encoded with rounding
 * errors r_i, r'_i of at most 1/2, and e_i is the encryption's noise, SEAL's centred binomial
 * distribution: the difference of two sums of 21 bits. The server adds (2b + 1) q/2^(L+1), with a
 * rounding error r of at most 1/2, so that v comes to lie in the middle of its cell. Adding (b'u,
 * a'u + e2) under the public key (b', a') adds e*u + e2*s, where e is the public key's noise, e2 is
 * fresh noise, and s and u are uniform ternary. The server keeps c0. The client gets c1 2^k/q + rho
 * modulo 2^k, rounded, so that rho is at most 1/2 in each coefficient, and multiplies it by s
 * exactly.
 *
 * <p><b>Exact.</b> In half cells let A = c0 2^(L+1)/q, which the server rounds to nearest, A + t
 * with {@code |t| <= 1/2}, and B = (c1 2^k/q + rho)*s 2^(L+1-k), which the client rounds down, B -
 * d with {@code 0 <= d < 1}. Modulo 2^(L+1), A + B = 2v + 1 + h with
 *
 * <pre>h = (sum w_i (r_i + r'_i + e_i) + r + e*u + e2*s) 2^(L+1)/q + rho*s 2^(L+1-k).</pre>
 *
 * <p>For {@code |h| < 1/2} the sum of the rounded shares, an integer, lies strictly between 2v - 1
 * and 2v + 2: it is 2v or 2v + 1.
 *
 * <p><b>Worst case.</b> The encoding errors are data, not noise that one may call independent:
 * their sum is at most ||w||_1 + 1/2.
 *
 * <p><b>Encryption noise.</b> Such an e_i is a sum of 42 independent centred bits, each within
 * +-1/2, so by Hoeffding's lemma E exp(t e_i) is at most exp(t^2 * 10.5/2). Given s and u, a
 * coefficient of sum w_i e_i + e*u + e2*s is a linear combination of independent such variables
 * (different ciphertexts, different coefficients) whose factors have squares adding up to at most
 * ||w||_2^2 + N + N. Hence it exceeds T * sqrt(10.5 (||w||_2^2 + 2N)) in absolute value with
 * probability at most 2 exp(-T^2/2).
 *
 * <p><b>Rounding of c1.</b> c1 = sum w_i c1_i + a'*u + e2 does not depend on s at all, as the c1_i
 * and a' are public and uniform, so rho doesn't either. A uniform ternary variable has E exp(t s_j)
 * = (1 + 2 cosh t)/3, at most exp(t^2/3) (compare the series term by term), so a coefficient of
 * rho*s exceeds T * sqrt(N/4 * 2/3) with probability at most 2 exp(-T^2/2) over the choice of the
 * key.
 *
 * <p><b>Union.</b> Two events a value, 2^36 values: T^2 = 2 ln(2^2 * 2^36 * 2^40).
 *
 * @param wideBits L, the width of values and of the inputs' shares
 * @param l1Norm the largest sum of absolute weights of an output
 * @param l2Norm the largest root of the sum of squared weights of an output
 * @param shortBits k, the width that responses are rounded to
 */
public record NoiseBound(
    RingParameters parameters, int wideBits, double l1Norm, double l2Norm, int shortBits) {
  /** The bound holds for a whole batch except with probability 2^-FAILURE_BITS. */
  public static final int FAILURE_BITS = 40;

  /** The results of all linear steps for a batch are at most 2^BATCH_BITS. */
  public static final int BATCH_BITS = 36;

  /** In half cells: below this a step is exact. */
  public static final double LIMIT = 0.5;

  private static final int MAX_BITS = 62;
  private static final double CBD_VARIANCE_PROXY = 42 / 4.0;
  private static final double TERNARY_VARIANCE_PROXY = 2 / 3.0;
  private static final double DEVIATIONS =
      Math.sqrt(2 * Math.log(2) * (2 + BATCH_BITS + FAILURE_BITS));

  public NoiseBound {
    if (!(l1Norm >= 0 && l2Norm >= 0) || Double.isInfinite(l1Norm) || Double.isInfinite(l2Norm)) {
      throw new IllegalArgumentException("norms of weights must be finite and not negative");
    }
    if (wideBits < 1 || shortBits <= wideBits || shortBits > MAX_BITS) {
      throw new IllegalArgumentException(
          "values of "
              + wideBits
              + " bits and responses of "
              + shortBits
              + "; give at least 1 bit, more for responses, and at most "
              + MAX_BITS);
    }
  }

  /** Rounding errors of the encodings, in residues. */
  public double encoding() {
    return l1Norm + 0.5;
  }

  /** Noise of the inputs and of the re-randomisation, in residues. */
  public double encryption() {
    double squares = l2Norm * l2Norm + 2.0 * parameters.degree();
    return DEVIATIONS * Math.sqrt(CBD_VARIANCE_PROXY * squares);
  }

  /** Rounding errors of the response, in units of its last place, q / 2^k. */
  public double rounding() {
    return rounding(parameters.degree());
  }

  static double rounding(int degree) {
    return DEVIATIONS * Math.sqrt(degree / 4.0 * TERNARY_VARIANCE_PROXY);
  }

  /** All of it in half cells, of which the modulus has 2^(wideBits + 1). */
  public double halfCells() {
    double residues = (encoding() + encryption()) / parameters.modulus();
    return Math.scalb(residues + Math.scalb(rounding(), -shortBits), wideBits + 1);
  }

  /**
   * Is a step exact: is all of this less than half of a half cell, and can the client multiply a
   * response by its key without a wrap?
   */
  public boolean exact() {
    return shortBits <= parameters.maxShortBits() && halfCells() < LIMIT;
  }
}
