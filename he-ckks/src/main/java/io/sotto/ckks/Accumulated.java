package io.sotto.ckks;

import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import java.util.Arrays;

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
   * Adds a bias b and half a cell to the first `used` coefficients of each ciphertext: (2b + 1) q /
   * 2^(wideBits + 1), rounded, so that results lie in the middle of their cells, see {@link
   * NoiseBound}.
   *
   * @param biases b, one a ciphertext, of which the low wideBits bits count
   */
  public void addBiases(long[] biases, int used, int wideBits) {
    CoefficientPolys.requireUsed(ring(), used);
    try (NativeBuffer encoded = NativeBuffer.allocate((long) biases.length * Long.BYTES)) {
      CoefficientPolys.requireSize(encoded, count(), 1);
      encoded.longs().put(Arrays.stream(biases).map(bias -> 2 * bias + 1).toArray());
      FixedPointKernel.toRing(encoded, wideBits + 1, ring().modulus(), encoded);
      FixedPointKernel.addToRowsMod(c0.buffer(), encoded, used, ring().modulus());
    }
  }

  /**
   * As {@link #addBiases(long[], int, int)}, a bias b for each of some coefficients.
   *
   * @param places coefficients of all first parts one after the other, less the offset, in int32
   */
  public void addBiases(long[] biases, NativeBuffer places, int offset, int wideBits) {
    try (NativeBuffer encoded = NativeBuffer.allocate((long) biases.length * Long.BYTES)) {
      encoded.longs().put(Arrays.stream(biases).map(bias -> 2 * bias + 1).toArray());
      FixedPointKernel.toRing(encoded, wideBits + 1, ring().modulus(), encoded);
      try (NativeBuffer sums = NativeBuffer.allocate(encoded.size())) {
        FixedPointKernel.gather(c0.buffer(), places, 1, offset, sums);
        FixedPointKernel.addMod(sums, encoded, ring().modulus());
        FixedPointKernel.scatter(sums, places, 1, offset, c0.buffer());
      }
    }
  }

  @Override
  public void close() {
    c0.close();
    c1.close();
  }
}
