package io.sotto.ckks;

import java.math.BigInteger;

/**
 * The ring Z_q[X]/(X^N + 1) that ciphertexts live in: N = 2^logDegree and q, the largest prime of
 * modulusBits bits with q = 1 modulo 2N.
 *
 * <p>128-bit security, for a uniform ternary secret and classical attacks, holds up to these sizes
 * of q (Albrecht et al., Homomorphic Encryption Standard, HomomorphicEncryption.org 2018, table 1):
 *
 * <table>
 *   <caption>Largest modulus at 128 bits of security</caption>
 *   <tr><th>N</th><td>1024</td><td>2048</td><td>4096</td><td>8192</td></tr>
 *   <tr><th>log2 q</th><td>27</td><td>54</td><td>109</td><td>218</td></tr>
 * </table>
 *
 * <p>One prime has at most {@value #MAX_MODULUS_BITS} bits here, whatever N allows.
 */
public record RingParameters(int logDegree, int modulusBits, Security security) {
  public static final int MIN_LOG_DEGREE = 10;
  public static final int MAX_LOG_DEGREE = 13;
  public static final int MIN_MODULUS_BITS = 20;
  public static final int MAX_MODULUS_BITS = 60;

  private static final int[] SECURE_MODULUS_BITS = {27, 54, 109, 218};

  /** What is known about the hardness of these parameters. */
  public enum Security {
    /** At least 128 bits by the standard's table. */
    BITS_128,
    /** Anything; for tests only. */
    INSECURE_FOR_TESTS
  }

  public RingParameters {
    if (logDegree < MIN_LOG_DEGREE || logDegree > MAX_LOG_DEGREE) {
      throw new IllegalArgumentException(
          "logDegree is "
              + logDegree
              + "; take "
              + MIN_LOG_DEGREE
              + " to "
              + MAX_LOG_DEGREE
              + " (N = 1024 to 8192)");
    }
    if (modulusBits < MIN_MODULUS_BITS || modulusBits > MAX_MODULUS_BITS) {
      throw new IllegalArgumentException(
          "modulusBits is "
              + modulusBits
              + "; take "
              + MIN_MODULUS_BITS
              + " to "
              + MAX_MODULUS_BITS);
    }
    if (security == Security.BITS_128 && modulusBits > secureModulusBits(logDegree)) {
      throw new IllegalArgumentException(
          "N = "
              + (1 << logDegree)
              + " with a modulus of "
              + modulusBits
              + " bits has less than 128-bit security; take at most "
              + secureModulusBits(logDegree)
              + " bits"
              + (logDegree < MAX_LOG_DEGREE ? " or a larger N" : ""));
    }
  }

  /** Parameters with at least 128-bit security; others are refused. */
  public static RingParameters of(int logDegree, int modulusBits) {
    return new RingParameters(logDegree, modulusBits, Security.BITS_128);
  }

  /** Parameters of any security, for tests that want small rings. */
  public static RingParameters insecureForTests(int logDegree, int modulusBits) {
    return new RingParameters(logDegree, modulusBits, Security.INSECURE_FOR_TESTS);
  }

  /** The most bits that one prime may have at this degree with 128-bit security. */
  public static int secureModulusBits(int logDegree) {
    if (logDegree < MIN_LOG_DEGREE || logDegree > MAX_LOG_DEGREE) {
      throw new IllegalArgumentException("no entry for logDegree " + logDegree);
    }
    return Math.min(MAX_MODULUS_BITS, SECURE_MODULUS_BITS[logDegree - MIN_LOG_DEGREE]);
  }

  /** N. */
  public int degree() {
    return 1 << logDegree;
  }

  /** q, the same for both parties whatever library computes with it. */
  public long modulus() {
    long step = 2L * degree();
    long candidate = ((1L << modulusBits) - 1) / step * step + 1;
    while (!BigInteger.valueOf(candidate).isProbablePrime(128)) {
      candidate -= step;
    }
    if (candidate < 1L << (modulusBits - 1)) {
      throw new IllegalStateException("no prime of " + modulusBits + " bits for N = " + degree());
    }
    return candidate;
  }

  /**
   * The widest numbers that can be multiplied by the secret key without a wrap modulo q: the
   * largest k with N * 2^(k-1) below q/2.
   */
  public int maxShortBits() {
    // The largest k with 2^(logDegree + k) <= q - 1; q is no power of two.
    return modulusBits - 1 - logDegree;
  }

  /** Bytes of one polynomial on the wire: N residues of modulusBits bits, a whole number. */
  public int polynomialBytes() {
    return degree() / 8 * modulusBits;
  }
}
