package io.sotto.ckks;

/**
 * Ciphertexts to which a fresh encryption of zero has been added, both parts by their coefficients.
 * Only {@link ReRandomiser} makes them.
 *
 * <p><b>Security.</b> To the client, who holds the secret key, c1 is indistinguishable from uniform
 * as long as ring-LWE is hard, whatever the weights, and may be sent. c0 never leaves the server:
 * to the holder of the key it gives away messages and noise, and so the weights.
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> Use after {@link #close} is an {@link IllegalStateException}.
 */
public final class ReRandomised implements AutoCloseable {
  private final CoefficientPolys c0;
  private final CoefficientPolys c1;

  ReRandomised(CoefficientPolys c0, CoefficientPolys c1) {
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

  public CoefficientPolys c1() {
    return c1;
  }

  @Override
  public void close() {
    c0.close();
    c1.close();
  }
}
