package io.sotto.ckks;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeKey;
import java.security.SecureRandom;

/**
 * The client's key, a uniform ternary polynomial.
 *
 * <p><b>Security.</b> The key stays in native memory, is never serialised, and is wiped when
 * closed.
 *
 * <p><b>Threading.</b> May be used by many threads; closed once.
 *
 * <p><b>Failure.</b> Use after {@link #close} is an {@link IllegalStateException}.
 */
public final class SecretKey implements AutoCloseable {
  private final Ring ring;
  private final NativeKey handle;

  private SecretKey(Ring ring, NativeKey handle) {
    this.ring = ring;
    this.handle = handle;
  }

  public static SecretKey generate(Ring ring, SecureRandom random) {
    NativeKey[] key = new NativeKey[1];
    Seeds.withSecret(random, seed -> key[0] = ring.handle().generateSecretKey(seed));
    return new SecretKey(ring, key[0]);
  }

  public Ring ring() {
    return ring;
  }

  /** Message plus noise, modulo q. */
  public CoefficientPolys decrypt(CoefficientPolys c0, NttPolys c1) {
    ring.requireSame(c0.ring());
    ring.requireSame(c1.ring());
    if (c0.count() != c1.count()) {
      throw new IllegalArgumentException(
          c0.count() + " first parts and " + c1.count() + " second parts of ciphertexts");
    }
    CoefficientPolys out = CoefficientPolys.allocate(ring, c0.count());
    try {
      ring.handle().decrypt(handle, c0.buffer(), c1.buffer(), c0.count(), out.buffer());
      return out;
    } catch (RuntimeException | Error e) {
      out.close();
      throw e;
    }
  }

  /**
   * Multiplies the rounded second parts of responses by the key: centred(c1) * s mod 2^bits, exact.
   *
   * @param c1 count polynomials of numbers below 2^bits, each read as a signed number of that width
   * @param bits small enough for the products not to wrap modulo q: N * 2^(bits-1) below q/2
   * @param out as many numbers below 2^bits
   */
  public void multiplyShort(NativeBuffer c1, int bits, int count, NativeBuffer out) {
    if (bits < 1 || bits > ring.parameters().maxShortBits()) {
      throw new IllegalArgumentException(
          "responses of "
              + bits
              + " bits; this ring allows 1 to "
              + ring.parameters().maxShortBits());
    }
    CoefficientPolys.requireSize(c1, count, ring.degree());
    CoefficientPolys.requireSize(out, count, ring.degree());
    ring.handle().decryptShort(handle, c1, bits, count, out);
  }

  NativeKey handle() {
    return handle;
  }

  @Override
  public void close() {
    handle.close();
  }
}
