package io.sotto.baselines.slots;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * A ring degree N = 2^logDegree, a chain of primes, and the scale of encoded numbers.
 *
 * <p>The bits of all primes together are bounded for 128-bit security with a ternary secret as in
 * the Homomorphic Encryption Standard (HomomorphicEncryption.org 2018, table 1): 27, 54, 109, 218,
 * 438 and 881 for N = 1024 to 32768.
 *
 * @param primeBits of each prime; rescaling drops them from the end, but for the last, which serves
 *     key switching
 * @param scaleBits fresh numbers are scaled by 2^scaleBits
 */
public record SlotParameters(
    int logDegree, List<Integer> primeBits, int scaleBits, Security security) {
  private static final int MIN_LOG_DEGREE = 10;
  private static final int[] SECURE_BITS = {27, 54, 109, 218, 438, 881};
  private static final int MIN_PRIME_BITS = 20;
  private static final int MAX_PRIME_BITS = 60;

  /** What is known about the hardness of these parameters. */
  public enum Security {
    /** At least 128 bits by the standard's table. */
    BITS_128,
    /** Anything; for tests only. */
    INSECURE_FOR_TESTS
  }

  public SlotParameters {
    primeBits = List.copyOf(primeBits);
    int most = MIN_LOG_DEGREE + SECURE_BITS.length - 1;
    if (logDegree < MIN_LOG_DEGREE || logDegree > most) {
      throw new IllegalArgumentException(
          "logDegree is %d; take %d to %d".formatted(logDegree, MIN_LOG_DEGREE, most));
    }
    if (primeBits.size() < 2
        || primeBits.stream().anyMatch(b -> b < MIN_PRIME_BITS || b > MAX_PRIME_BITS)) {
      throw new IllegalArgumentException(
          "primes of %s bits; take two or more, of %d to %d bits"
              .formatted(primeBits, MIN_PRIME_BITS, MAX_PRIME_BITS));
    }
    if (scaleBits < 1 || scaleBits >= primeBits.get(0)) {
      throw new IllegalArgumentException(
          "a scale of %d bits; take 1 to %d, so that the first prime holds the numbers"
              .formatted(scaleBits, primeBits.get(0) - 1));
    }
    int total = primeBits.stream().mapToInt(Integer::intValue).sum();
    int allowed = SECURE_BITS[logDegree - MIN_LOG_DEGREE];
    if (security == Security.BITS_128 && total > allowed) {
      throw new IllegalArgumentException(
          "N = %d with primes of %d bits in all has less than 128-bit security; take at most %d bits or a larger N"
              .formatted(1 << logDegree, total, allowed));
    }
  }

  /**
   * The usual chain for so many multiplications one after the other: a first and a last prime of
   * outerBits, and between them a prime of scaleBits for each multiplication. Refused below 128-bit
   * security.
   */
  public static SlotParameters of(
      int logDegree, int multiplications, int scaleBits, int outerBits) {
    return new SlotParameters(
        logDegree, chain(multiplications, scaleBits, outerBits), scaleBits, Security.BITS_128);
  }

  /** Like {@link #of}, of any security. */
  public static SlotParameters insecureForTests(
      int logDegree, int multiplications, int scaleBits, int outerBits) {
    return new SlotParameters(
        logDegree,
        chain(multiplications, scaleBits, outerBits),
        scaleBits,
        Security.INSECURE_FOR_TESTS);
  }

  private static List<Integer> chain(int multiplications, int scaleBits, int outerBits) {
    if (multiplications < 0) {
      throw new IllegalArgumentException(multiplications + " multiplications; take 0 or more");
    }
    return Stream.of(
            List.of(outerBits), Collections.nCopies(multiplications, scaleBits), List.of(outerBits))
        .flatMap(List::stream)
        .toList();
  }

  /** The level of a fresh ciphertext; one prime more than that carries it. */
  public int topLevel() {
    return primeBits.size() - 2;
  }

  /** Bits of all primes of a level together, which a packed coefficient takes. */
  public int bits(int level) {
    return primeBits.subList(0, level + 1).stream().mapToInt(Integer::intValue).sum();
  }

  /** Bits of all primes, the one for key switching included. */
  public int totalBits() {
    return bits(primeBits.size() - 1);
  }

  /** N. */
  public int degree() {
    return 1 << logDegree;
  }

  /** The most bits of all primes together that have 128-bit security. */
  public static int secureBits(int logDegree) {
    return SECURE_BITS[logDegree - MIN_LOG_DEGREE];
  }

  /** Numbers in a ciphertext. */
  public int slots() {
    return 1 << (logDegree - 1);
  }

  double scale() {
    return Math.scalb(1.0, scaleBits);
  }
}
