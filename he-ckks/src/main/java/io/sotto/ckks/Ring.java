package io.sotto.ckks;

import io.sotto.natives.NativeRing;

/**
 * A ring in use: its parameters and the tables to compute in it.
 *
 * <p><b>Security.</b> Holds nothing secret.
 *
 * <p><b>Threading.</b> May be used by many threads; closed once, after everything made from it.
 *
 * <p><b>Failure.</b> Use after {@link #close} is an {@link IllegalStateException}.
 */
public final class Ring implements AutoCloseable {
  private final RingParameters parameters;
  private final long modulus;
  private final NativeRing handle;

  private Ring(RingParameters parameters, long modulus, NativeRing handle) {
    this.parameters = parameters;
    this.modulus = modulus;
    this.handle = handle;
  }

  public static Ring create(RingParameters parameters) {
    long modulus = parameters.modulus();
    NativeRing handle = NativeRing.create(parameters.logDegree(), parameters.modulusBits());
    if (handle.modulus() != modulus) {
      long other = handle.modulus();
      handle.close();
      throw new IllegalStateException(
          "the native library computes modulo " + other + ", not modulo " + modulus);
    }
    return new Ring(parameters, modulus, handle);
  }

  public RingParameters parameters() {
    return parameters;
  }

  /** N, the number of coefficients of a polynomial. */
  public int degree() {
    return parameters.degree();
  }

  /** q. */
  public long modulus() {
    return modulus;
  }

  NativeRing handle() {
    return handle;
  }

  void requireSame(Ring other) {
    if (other != this) {
      throw new IllegalArgumentException(
          "made for the ring "
              + other.parameters
              + ", used with another one, "
              + parameters
              + "; keys, ciphertexts and maps of one session share one Ring");
    }
  }

  @Override
  public void close() {
    handle.close();
  }
}
