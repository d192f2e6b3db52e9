package io.sotto.baselines.slots;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeSlotShares;
import java.security.SecureRandom;

/**
 * The server's side of additive shares in slots: adds its share to the client's, and splits results
 * into a masked ciphertext and its own share.
 *
 * <p><b>Security.</b> Learns nothing of encrypted numbers. What {@link #mask} gives is safe to
 * send: c1 is pseudorandom after the fresh encryption of zero, and given c1, what the client
 * decrypts is message and noise plus a polynomial with integer coefficients uniform in an interval
 * of length 2^(maskBits + 1): within a statistical distance of d / 2^(maskBits + 1) of what doesn't
 * depend on them, d being the sum of their coefficients' magnitudes. {@link SlotShareBound} bounds
 * d.
 *
 * <p><b>Threading.</b> One thread, which gives work to the workers.
 *
 * <p><b>Failure.</b> Operands that don't fit are an {@link IllegalArgumentException}.
 */
public final class SlotShares {
  private static final int GROUP = 8;

  private final SlotServerKeys keys;
  private final SlotWorkers workers;

  /** Borrows both. */
  public SlotShares(SlotServerKeys keys, SlotWorkers workers) {
    this.keys = keys;
    this.workers = workers;
  }

  /**
   * Adds shares, one a slot.
   *
   * @param shares {@code [element][images]} signed longs, encoded times {@code 2^scaleBits}
   */
  public void add(
      NativeBuffer shares, int images, int scaleBits, SlotRows rows, SecureRandom random) {
    SlotSecretKey.withSecret(
        random,
        secret ->
            inGroups(
                rows.elements(),
                (from, to) ->
                    keys.context()
                        .shares()
                        .add(
                            rows.range(from, to),
                            shares,
                            images,
                            scaleBits,
                            secret,
                            rows.buffer())));
  }

  /**
   * Re-randomises and masks all elements.
   *
   * @param maskBits masks are below {@code 2^maskBits} in magnitude
   * @param scaleBits shares are the slots over {@code 2^scaleBits}
   * @param shares {@code [element][images]} longs modulo {@code 2^shareBits}: the server's
   */
  public void mask(
      SlotRows rows,
      int maskBits,
      int scaleBits,
      int shareBits,
      int images,
      NativeBuffer shares,
      SecureRandom random) {
    if (rows.level() > keys.spec().resultLevel()) {
      throw new IllegalArgumentException(
          "results at level %d; the public key goes up to level %d"
              .formatted(rows.level(), keys.spec().resultLevel()));
    }
    NativeSlotShares.Decoding decoding =
        new NativeSlotShares.Decoding(images, scaleBits, shareBits);
    SlotSecretKey.withSecret(
        random,
        secret ->
            inGroups(
                rows.elements(),
                (from, to) ->
                    keys.context()
                        .shares()
                        .mask(
                            rows.range(from, to),
                            keys.encryptor(),
                            secret,
                            maskBits,
                            decoding,
                            rows.buffer(),
                            shares)));
  }

  /** A piece of work takes whole groups, as many as are transformed at once. */
  private void inGroups(int elements, SlotWorkers.Work work) {
    workers.run(
        (elements + GROUP - 1) / GROUP,
        (from, to) -> work.run(from * GROUP, Math.min(to * GROUP, elements)));
  }
}
