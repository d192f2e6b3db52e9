package io.sotto.benchmarks;

import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.Ring;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.LongBuffer;
import java.security.SecureRandom;

/**
 * Native memory with random content, for what a benchmark works on.
 *
 * @param owner closes the memory
 */
record RandomMemory(Scope owner, SecureRandom random) {
  NativeBuffer bytes(int count) {
    byte[] drawn = new byte[count];
    random.nextBytes(drawn);
    NativeBuffer buffer = owner.allocate(count);
    buffer.bytes().put(drawn);
    return buffer;
  }

  /** Uniform ones. */
  CoefficientPolys polynomials(Ring ring, int count) {
    CoefficientPolys polynomials = owner.own(CoefficientPolys.allocate(ring, count));
    LongBuffer words = polynomials.buffer().longs();
    while (words.hasRemaining()) {
      words.put(random.nextLong(ring.modulus()));
    }
    return polynomials;
  }
}
