package io.sotto.ckks;

import io.sotto.natives.NativeBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weight polynomials in evaluation form, in which they multiply: kept once they were made if there
 * is room, else made for each use, by all cores.
 *
 * <p><b>Security.</b> Holds the model's weights; wiped when closed.
 *
 * <p><b>Threading.</b> Many threads may ask; closed once, when none does any more.
 *
 * <p><b>Failure.</b> What is kept is of one modulus: another one's ring is an {@link
 * IllegalArgumentException}.
 */
final class EvaluatedWeights implements AutoCloseable {
  /** Polynomials that are transformed at once. */
  private static final int AT_ONCE = 64;

  private final int degree;
  private final List<Term> terms;
  private final WeightsMemory memory;

  private record Kept(long modulus, NativeBuffer weights) {}

  private volatile @Nullable Kept kept;
  private boolean reserved;
  private boolean refused;

  EvaluatedWeights(int degree, List<Term> terms, WeightsMemory memory) {
    this.degree = degree;
    this.terms = terms;
    this.memory = memory;
  }

  /** Takes the memory now, if there is room: they will be kept. */
  synchronized void reserve() {
    reserved = reserved || memory.reserve(bytes(terms.size()));
  }

  private long bytes(int polynomials) {
    return (long) polynomials * degree * Long.BYTES;
  }

  /** All of them, which stay this object's; null if there is no room. */
  @Nullable NativeBuffer kept(Ring ring) {
    Kept known = kept;
    Kept all = known != null ? known : keep(ring);
    if (all == null) {
      return null;
    }
    if (all.modulus != ring.modulus()) {
      throw new IllegalArgumentException(
          "ciphertexts modulo %d given to a map whose weights are kept for %d"
              .formatted(ring.modulus(), all.modulus));
    }
    return all.weights;
  }

  private synchronized @Nullable Kept keep(Ring ring) {
    if (kept == null && !refused) {
      reserve();
      refused = !reserved;
      kept = refused ? null : new Kept(ring.modulus(), transformed(ring, 0, terms.size()));
    }
    return kept;
  }

  /** Those of some consecutive terms, which are the caller's. */
  NativeBuffer transformed(Ring ring, int from, int to) {
    NativeBuffer out = NativeBuffer.allocate(Math.max(1, bytes(to - from)));
    try {
      AllCores.each(
          (to - from + AT_ONCE - 1) / AT_ONCE,
          chunk -> {
            int first = chunk * AT_ONCE;
            int count = Math.min(AT_ONCE, to - from - first);
            transform(ring, from + first, count, out.slice(bytes(first), bytes(count)));
          });
      return out;
    } catch (RuntimeException | Error e) {
      out.close();
      throw e;
    }
  }

  private void transform(Ring ring, int first, int count, NativeBuffer out) {
    try (NativeBuffer coefficients = NativeBuffer.allocate((long) Integer.BYTES * count * degree)) {
      IntBuffer ints = coefficients.bytes().asIntBuffer();
      for (int i = 0; i < count; i++) {
        Term term = terms.get(first + i);
        for (int k = 0; k < term.places().length; k++) {
          ints.put(i * degree + term.places()[k], term.weights()[k]);
        }
      }
      ring.handle().weightsToNtt(coefficients, count, out);
    }
  }

  @Override
  public synchronized void close() {
    Kept all = kept;
    kept = null;
    if (reserved) {
      reserved = false;
      memory.release(bytes(terms.size()));
    }
    if (all != null) {
      all.weights.close();
    }
  }
}
