package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_shares_decoding;
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

  private static final CallStruct<sotto_shares_decoding> DECODING =
      new CallStruct<>(sotto_shares_decoding::new);

  private final NativeCkks ckks;
  private final NativeSlots slots;

  /**
   * What the slots of so many images become: divided by {@code 2^scaleBits}, rounded, modulo {@code
   * 2^shareBits}.
   */
  public record Decoding(int images, int scaleBits, int shareBits) {
    private sotto_shares_decoding struct() {
      return DECODING.get().images(images).scale_bits(scaleBits).share_bits(shareBits);
    }
  }

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
      SlotUpload upload,
      NativeBuffer shares,
      int images,
      int scaleBits,
      NativeBuffer c0) {
    try (NativeBuffer open = upload.nativePublicSeed();
        NativeBuffer secret = upload.nativeSecretSeed()) {
      NativeCall.check(
          NativeFacade.sotto_shares_encrypt(
              ckks.object(),
              key.get(ckks),
              upload.struct(open, secret),
              longs(shares, upload.count(), images),
              images,
              scaleBits,
              c0.pointer("c0", slots.firstPartBytes(upload.level(), upload.count()))));
    }
  }

  /** Adds {@code [elements][images]} shares to elements of a block. */
  public void add(
      SlotRange range,
      NativeBuffer shares,
      int images,
      int scaleBits,
      byte[] secretSeed,
      NativeBuffer rows) {
    try (NativeBuffer secret = NativeSeed.copy("the secret seed", secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_shares_add(
              ckks.object(),
              range.struct(),
              longs(shares, range.elements(), images),
              images,
              scaleBits,
              secret.pointer(),
              slots.pointer("rows", rows, range)));
    }
  }

  /**
   * Adds to elements a fresh encryption of zero under a public key, and a polynomial whose
   * coefficients are uniform in {@code [-2^maskBits, 2^maskBits)}.
   *
   * @param key for this level or a higher one
   * @param shares {@code [elements][images]} longs: minus the mask's slots, decoded
   */
  public void mask(
      SlotRange range,
      SlotEncryptor key,
      byte[] secretSeed,
      int maskBits,
      Decoding decoding,
      NativeBuffer rows,
      NativeBuffer shares) {
    try (NativeBuffer open = key.nativeSeed();
        NativeBuffer secret = NativeSeed.copy("the secret seed", secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_shares_mask(
              ckks.object(),
              range.struct(),
              key.struct(open, slots.firstPartBytes(range.level(), 1)),
              secret.pointer(),
              maskBits,
              decoding.struct(),
              slots.pointer("rows", rows, range),
              longs(shares, range.elements(), decoding.images())));
    }
  }

  /** Decrypts and decodes to {@code [elements][images]} longs. */
  public void decrypt(
      NativeCkks.SecretKey key,
      SlotRange range,
      Decoding decoding,
      NativeBuffer rows,
      NativeBuffer shares) {
    NativeCall.check(
        NativeFacade.sotto_shares_decrypt(
            ckks.object(),
            key.get(ckks),
            range.struct(),
            decoding.struct(),
            slots.pointer("rows", rows, range),
            longs(shares, range.elements(), decoding.images())));
  }

  private static Pointer longs(NativeBuffer values, int count, int images) {
    return values.pointer(
        "shares", Math.multiplyExact(Math.multiplyExact((long) count, images), (long) Long.BYTES));
  }
}
