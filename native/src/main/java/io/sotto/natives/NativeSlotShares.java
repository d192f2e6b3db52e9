package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import org.bytedeco.javacpp.Pointer;

/**
 * Additive shares of fixed-point numbers in and out of the slots of {@link NativeCkks} ciphertexts,
 * which are rows as those of {@link NativeSlots}. Slot k belongs to image k, in an order of its own
 * (docs/baselines.md), so that {@link NativeSlots}'s encoder and this don't mix.
 *
 * <p>Numbers go through double-double arithmetic, as shares and masks are much wider than what they
 * hide. Encoding multiplies by {@code 2^scaleBits} and rounds each coefficient up or down at
 * random, so that the error's mean is zero; decoding divides and rounds to the nearest integer.
 *
 * <p><b>Security.</b> Seeds and rows as in {@link NativeSlots}. Time and addresses depend on sizes
 * only.
 *
 * <p><b>Threading.</b> Stateless but for the context; calls on different elements of the same
 * buffers may run side by side.
 *
 * <p><b>Failure.</b> Buffers that are too short, levels that don't exist and numbers out of range
 * are an {@link IllegalArgumentException}.
 */
public final class NativeSlotShares {
  /** The fewest bits of a mask's coefficient, its sign left aside. */
  public static final int MIN_MASK_BITS = 51;

  /** The most. */
  public static final int MAX_MASK_BITS = 101;

  private final NativeCkks ckks;
  private final NativeSlots slots;

  /** Borrows the context. */
  public NativeSlotShares(NativeCkks ckks) {
    this.ckks = ckks;
    this.slots = new NativeSlots(ckks);
  }

  /**
   * Encrypts under the secret key at a level.
   *
   * @param shares {@code [count][images]} signed longs, below 2^62, and below 2^88 when scaled
   * @param c0 the first parts, {@code [prime][count][N]}; {@link NativeSlots#expand} gives the
   *     second ones
   */
  public void encrypt(
      NativeCkks.SecretKey key,
      NativeBuffer shares,
      int count,
      int images,
      int scaleBits,
      int level,
      byte[] publicSeed,
      byte[] secretSeed,
      long firstIndex,
      NativeBuffer c0) {
    try (NativeBuffer open = NativeSlots.seed(publicSeed);
        NativeBuffer secret = NativeSlots.seed(secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_shares_encrypt(
              ckks.object(),
              key.get(ckks),
              longs(shares, count, images),
              count,
              images,
              scaleBits,
              level,
              open.pointer(),
              secret.pointer(),
              firstIndex,
              c0.pointer("c0", slots.firstPartBytes(level, count))));
    }
  }

  /** Adds {@code [elements][images]} shares to elements from..to-1 of a block. */
  public void add(
      int level,
      NativeBuffer shares,
      int images,
      int scaleBits,
      byte[] secretSeed,
      int elements,
      NativeBuffer rows,
      int from,
      int to) {
    try (NativeBuffer secret = NativeSlots.seed(secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_shares_add(
              ckks.object(),
              level,
              longs(shares, elements, images),
              images,
              scaleBits,
              secret.pointer(),
              elements,
              rows.pointer("rows", slots.bytes(level, elements)),
              from,
              to));
    }
  }

  /**
   * Adds to elements from..to-1 a fresh encryption of zero under a public key, and a polynomial
   * whose coefficients are uniform in {@code [-2^maskBits, 2^maskBits)}.
   *
   * @param b of the public key, at this level or a higher one
   * @param shares {@code [elements][images]} longs: minus the mask's slots, decoded, modulo {@code
   *     2^shareBits}
   */
  public void mask(
      int level,
      byte[] publicSeed,
      NativeBuffer b,
      byte[] secretSeed,
      int maskBits,
      int scaleBits,
      int shareBits,
      int images,
      int elements,
      NativeBuffer rows,
      NativeBuffer shares,
      int from,
      int to) {
    try (NativeBuffer open = NativeSlots.seed(publicSeed);
        NativeBuffer secret = NativeSlots.seed(secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_shares_mask(
              ckks.object(),
              level,
              open.pointer(),
              b.pointer("b", slots.firstPartBytes(level, 1)),
              secret.pointer(),
              maskBits,
              scaleBits,
              shareBits,
              images,
              elements,
              rows.pointer("rows", slots.bytes(level, elements)),
              longs(shares, elements, images),
              from,
              to));
    }
  }

  /** Decrypts elements from..to-1 to {@code [elements][images]} longs modulo 2^shareBits. */
  public void decrypt(
      NativeCkks.SecretKey key,
      int level,
      int scaleBits,
      int shareBits,
      int images,
      int elements,
      NativeBuffer rows,
      NativeBuffer shares,
      int from,
      int to) {
    NativeCall.check(
        NativeFacade.sotto_shares_decrypt(
            ckks.object(),
            key.get(ckks),
            level,
            scaleBits,
            shareBits,
            images,
            elements,
            rows.pointer("rows", slots.bytes(level, elements)),
            longs(shares, elements, images),
            from,
            to));
  }

  private static Pointer longs(NativeBuffer values, int count, int images) {
    return values.pointer(
        "shares", Math.multiplyExact(Math.multiplyExact((long) count, images), (long) Long.BYTES));
  }
}
