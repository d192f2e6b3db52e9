package io.sotto.baselines.slots;

/**
 * Which keys a client gives to a server that computes on its slots, and how they cross the wire: a
 * message with a seed (32 bytes) and the public key's b at the results' level, then, if there is a
 * relinearisation key, a message for each of its digits. All residues are packed to the bits of
 * their primes, prime after prime.
 *
 * @param relinearise whether products need a relinearisation key
 * @param resultLevel the level at which results are handed back
 */
public record SlotKeySpec(SlotParameters parameters, boolean relinearise, int resultLevel) {
  public SlotKeySpec {
    if (resultLevel < 0 || resultLevel > parameters.topLevel()) {
      throw new IllegalArgumentException(
          "results at level %d; allowed are 0..%d".formatted(resultLevel, parameters.topLevel()));
    }
  }

  /** What a client takes for the keys, and for some ciphertexts at a time. */
  public long memoryBytes() {
    long primes = parameters.primeBits().size();
    return 4 * primes * primes * parameters.degree() * Long.BYTES;
  }

  /** Messages. */
  public int messages() {
    return 1 + (relinearise ? parameters.primeBits().size() - 1 : 0);
  }

  /** Bytes of a message. */
  public int messageBytes(int message) {
    long bits =
        message == 0 ? parameters.bits(resultLevel) : parameters.totalBits(); // of a coefficient
    return Math.toIntExact(
        (message == 0 ? SlotRows.SEED_BYTES : 0) + bits * parameters.degree() / 8);
  }
}
