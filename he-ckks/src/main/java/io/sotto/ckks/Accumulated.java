package io.sotto.ckks;

import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;

/**
 * The ciphertexts that a {@link LinearMap} makes, before they are re-randomised.
 *
 * <p><b>Security.</b> Never leaves the server: c1 is a combination, with the weights, of
 * polynomials that the client chose, and whoever sees it solves for the weights.
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> Use after {@link #close} or re-randomisation is an {@link
 * IllegalStateException}.
 */
public final class Accumulated implements AutoCloseable {
  private final CoefficientPolys c0;
  private final NttPolys c1;

  Accumulated(CoefficientPolys c0, NttPolys c1) {
    this.c0 = c0;
    this.c1 = c1;
  }

  public Ring ring() {
    return c0.ring();
  }

  public int count() {
    return c0.count();
  }

  public CoefficientPolys c0() {
    return c0;
  }

  public NttPolys c1() {
    return c1;
  }

  /**
   * Adds a bias: one wide number for each ciphertext, encoded as by {@link
   * CoefficientPolys#encode}, to each of its first `used` coefficients.
   *
   * @param values one long a ciphertext, of which the low wideBits bits count
   */
  public void addConstants(NativeBuffer values, int used, int wideBits) {
    CoefficientPolys.requireUsed(ring(), used);
    CoefficientPolys.requireSize(values, count(), 1);
    try (NativeBuffer encoded = NativeBuffer.allocate(values.size())) {
      FixedPointKernel.toRing(values, wideBits, ring().modulus(), encoded);
      FixedPointKernel.addToRowsMod(c0.buffer(), encoded, used, ring().modulus());
    }
  }

  /** Adds plain polynomials to the messages. */
  public void add(CoefficientPolys messages) {
    c0.add(messages);
  }

  @Override
  public void close() {
    c0.close();
    c1.close();
  }
}
