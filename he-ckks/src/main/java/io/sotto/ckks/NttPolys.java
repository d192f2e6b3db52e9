package io.sotto.ckks;

import io.sotto.natives.NativeBuffer;

/** Polynomials given by their values at the roots of X^N + 1, in SEAL's order. */
public final class NttPolys extends Polynomials {
  /** Takes over the buffer, which holds canonical residues. */
  public NttPolys(Ring ring, int count, NativeBuffer residues) {
    super(ring, count, residues);
  }

  /** Zeros. */
  public static NttPolys allocate(Ring ring, int count) {
    return new NttPolys(ring, count, memory(ring, count));
  }

  /** The same polynomials by their coefficients, in the same memory: this object is used up. */
  public CoefficientPolys toCoefficients() {
    ring().handle().fromNtt(buffer(), count());
    return new CoefficientPolys(ring(), count(), move());
  }
}
