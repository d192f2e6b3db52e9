package io.sotto.natives;

import java.util.Arrays;
import java.util.stream.IntStream;

/** What a {@link NativeCkks} of some degree and primes accepts. */
final class CkksLimits {
  private static final int MIN_LOG_DEGREE = 10;
  private static final int MAX_LOG_DEGREE = 15;
  private static final int MIN_PRIME_BITS = 20;
  private static final int MAX_PRIME_BITS = 60;

  private final int slots;
  private final int primes;

  CkksLimits(int logDegree, int... primeBits) {
    if (logDegree < MIN_LOG_DEGREE || logDegree > MAX_LOG_DEGREE) {
      throw new IllegalArgumentException(
          "a ring of degree 2^" + logDegree + "; the degree is 2^10 to 2^15");
    }
    if (primeBits.length == 0
        || IntStream.of(primeBits).anyMatch(b -> b < MIN_PRIME_BITS || b > MAX_PRIME_BITS)) {
      throw new IllegalArgumentException(
          "primes of " + Arrays.toString(primeBits) + " bits; give one or more of 20 to 60 bits");
    }
    this.slots = 1 << (logDegree - 1);
    this.primes = primeBits.length;
  }

  int slots() {
    return slots;
  }

  int primes() {
    return primes;
  }

  void checkValues(int count) {
    if (count > slots) {
      throw new IllegalArgumentException(count + " values; one plaintext holds " + slots);
    }
  }

  void checkScale(double scale) {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("scale " + scale + "; a scale is a positive number");
    }
  }

  void checkSteps(int steps) {
    if (steps <= -slots || steps >= slots) {
      throw new IllegalArgumentException(
          "a rotation by " + steps + "; give less than the " + slots + " slots either way");
    }
  }

  void checkKeySwitching() {
    if (primes < 2) {
      throw new IllegalArgumentException(
          "one prime has no room for relinearisation and rotation; give two or more primes");
    }
  }
}
