package io.sotto.ckks;

import java.security.SecureRandom;

/**
 * Adds fresh encryptions of zero under the client's public key.
 *
 * <p><b>Security.</b> The sum's c1 is (sum of w_i c1_i) + a*u + e2 with u ternary and e2 small,
 * both fresh for every ciphertext. For the client, who knows the c1_i, the secret key and a, this
 * is a ring-LWE sample with secret u: it hides the first term, hence the weights. c0 carries b*u
 * with the same u and no noise of its own, so it mustn't be sent.
 *
 * <p><b>Threading.</b> May be used by many threads.
 *
 * <p><b>Failure.</b> Ciphertexts of another ring than the key's are an {@link
 * IllegalArgumentException}.
 */
public final class ReRandomiser {
  private final PublicKey key;

  public ReRandomiser(PublicKey key) {
    this.key = key;
  }

  /** Re-randomises in place: the argument is used up. */
  public ReRandomised apply(Accumulated ciphertexts, SecureRandom random) {
    Ring ring = key.ring();
    ring.requireSame(ciphertexts.ring());
    CoefficientPolys c0 = ciphertexts.c0();
    NttPolys c1 = ciphertexts.c1();
    int count = ciphertexts.count();
    Seeds.withSecret(
        random,
        seed -> ring.handle().rerandomise(key.handle(), seed, 0, count, c0.buffer(), c1.buffer()));
    return new ReRandomised(
        new CoefficientPolys(ring, count, c0.move()), new CoefficientPolys(ring, count, c1.move()));
  }
}
