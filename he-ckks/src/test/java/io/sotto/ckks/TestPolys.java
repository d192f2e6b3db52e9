package io.sotto.ckks;

import java.nio.LongBuffer;
import java.util.Random;

/** Random polynomials. */
final class TestPolys {
  private TestPolys() {}

  /** Uniform ones. */
  static CoefficientPolys uniform(Ring ring, int count, Random random) {
    CoefficientPolys polys = CoefficientPolys.allocate(ring, count);
    LongBuffer words = polys.buffer().longs();
    while (words.hasRemaining()) {
      words.put(random.nextLong(ring.modulus()));
    }
    return polys;
  }
}
