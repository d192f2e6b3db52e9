package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import org.bytedeco.javacpp.Pointer;

/**
 * Many ciphertexts of {@link NativeCkks} at once, as rows of residues in buffers of the caller: the
 * form in which they cross the wire and in which {@link LinearKernel} multiplies them.
 *
 * <p>A block of ciphertexts at level l is {@code [prime][part][element][N]} longs in NTT form: the
 * first l + 1 primes, two parts; three where a product wasn't relinearised.
 *
 * <p><b>Security.</b> Randomness comes from 32-byte seeds, an index of which belongs to one
 * element; a seed is used for one call, or for calls on different elements. Residues that a peer
 * sent have to be checked before. Times depend on sizes only, SEAL's encoder left aside.
 *
 * <p><b>Threading.</b> Stateless but for the context; calls on different elements of the same
 * buffers may run side by side.
 *
 * <p><b>Failure.</b> Buffers that are too short, levels that don't exist and scales that don't fit
 * are an {@link IllegalArgumentException}.
 */
public final class NativeSlots {
  /** The length of every seed. */
  public static final int SEED_BYTES = NativeSeed.BYTES;

  private final NativeCkks ckks;

  /** Borrows the context. */
  public NativeSlots(NativeCkks ckks) {
    this.ckks = ckks;
  }

  /** Primes of the chain, the last of which serves key switching. */
  public int primes() {
    return ckks.primes();
  }

  /** The prime of this number. */
  public long modulus(int prime) {
    if (prime < 0 || prime >= primes()) {
      throw new IllegalArgumentException("prime " + prime + " of " + primes());
    }
    return NativeFacade.sotto_slots_modulus(ckks.object(), prime);
  }

  /** N. */
  public int degree() {
    return 2 * ckks.slots();
  }

  /** Bytes of a block of so many ciphertexts. */
  public long bytes(int level, int elements) {
    return bytes(level, elements, 2);
  }

  /** The same of so many parts. */
  public long bytes(int level, int elements, int parts) {
    return Math.multiplyExact(parts, firstPartBytes(level, elements));
  }

  /** Bytes of only the first or the second parts. */
  public long firstPartBytes(int level, int elements) {
    if (elements < 0 || level < 0 || level > ckks.topLevel()) {
      throw new IllegalArgumentException(
          elements + " ciphertexts at level " + level + "; levels are 0 to " + ckks.topLevel());
    }
    return Math.multiplyExact((long) (level + 1) * degree() * Long.BYTES, (long) elements);
  }

  /** Bytes of a relinearisation key's first parts. */
  public long relinearisationBytes() {
    return (long) (primes() - 1) * primes() * degree() * Long.BYTES;
  }

  /**
   * Encrypts under the secret key at a level.
   *
   * @param values {@code [count][images]} doubles
   * @param c0 the first parts, {@code [prime][count][N]}; the second ones are {@link #expand}ed
   */
  public void encrypt(
      NativeCkks.SecretKey key,
      SlotUpload upload,
      NativeBuffer values,
      int images,
      double scale,
      NativeBuffer c0) {
    try (NativeBuffer open = upload.nativePublicSeed();
        NativeBuffer secret = upload.nativeSecretSeed()) {
      NativeCall.check(
          NativeFacade.sotto_slots_encrypt(
              ckks.object(),
              key.get(ckks),
              upload.struct(open, secret),
              doubles(values, upload.count(), images),
              images,
              scale,
              c0.pointer("c0", firstPartBytes(upload.level(), upload.count()))));
    }
  }

  /** Writes the second parts. */
  public void expand(SlotRange range, byte[] publicSeed, NativeBuffer rows) {
    try (NativeBuffer open = NativeSeed.copy("the public seed", publicSeed)) {
      NativeCall.check(
          NativeFacade.sotto_slots_expand(
              ckks.object(), range.struct(), open.pointer(), pointer("rows", rows, range)));
    }
  }

  /** Adds {@code [elements][images]} doubles, encoded at a scale. */
  public void add(
      SlotRange range, NativeBuffer values, int images, double scale, NativeBuffer rows) {
    NativeCall.check(
        NativeFacade.sotto_slots_add(
            ckks.object(),
            range.struct(),
            doubles(values, range.elements(), images),
            images,
            scale,
            pointer("rows", rows, range)));
  }

  /** Adds an integer to all slots of each element, then divides by the level's prime. */
  public void rescale(
      SlotRange range, double scale, NativeBuffer in, NativeBuffer constants, NativeBuffer out) {
    NativeCall.check(
        NativeFacade.sotto_slots_rescale(
            ckks.object(),
            range.struct(),
            scale,
            pointer("in", in, range),
            constants.pointer("constants", (long) range.elements() * Long.BYTES),
            out.pointer("out", bytes(range.level() - 1, range.elements()))));
  }

  /** The same, then squares and divides again: two levels lower, and in three parts. */
  public void square(
      SlotRange range, double scale, NativeBuffer in, NativeBuffer constants, NativeBuffer out) {
    NativeCall.check(
        NativeFacade.sotto_slots_square(
            ckks.object(),
            range.struct(),
            scale,
            pointer("in", in, range),
            constants.pointer("constants", (long) range.elements() * Long.BYTES),
            out.pointer("out", bytes(range.level() - 2, range.elements(), 3))));
  }

  /** Brings elements from three parts to two. */
  public void relinearise(
      NativeCkks.RelinearisationKey key,
      SlotRange range,
      double scale,
      NativeBuffer in,
      NativeBuffer out) {
    NativeCall.check(
        NativeFacade.sotto_slots_relinearise(
            ckks.object(),
            key.get(ckks),
            range.struct(),
            scale,
            in.pointer("in", bytes(range.level(), range.elements(), 3)),
            pointer("out", out, range)));
  }

  /** Adds an integer to all slots of each element. */
  public void addConstants(int level, int elements, NativeBuffer constants, NativeBuffer rows) {
    NativeCall.check(
        NativeFacade.sotto_slots_add_constants(
            ckks.object(),
            level,
            elements,
            constants.pointer("constants", (long) elements * Long.BYTES),
            rows.pointer("rows", bytes(level, elements))));
  }

  /** A public key for a level: b, {@code [prime][N]}. */
  public void publicKey(
      NativeCkks.SecretKey key, int level, byte[] publicSeed, byte[] secretSeed, NativeBuffer b) {
    try (NativeBuffer open = NativeSeed.copy("the public seed", publicSeed);
        NativeBuffer secret = NativeSeed.copy("the secret seed", secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_slots_public_key(
              ckks.object(),
              key.get(ckks),
              level,
              open.pointer(),
              secret.pointer(),
              b.pointer("b", firstPartBytes(level, 1))));
    }
  }

  /**
   * Adds a fresh encryption of zero, and noise that is uniform below {@code 2^floodBits} in
   * magnitude.
   */
  public void hide(
      SlotRange range, SlotEncryptor key, byte[] secretSeed, int floodBits, NativeBuffer rows) {
    try (NativeBuffer open = key.nativeSeed();
        NativeBuffer secret = NativeSeed.copy("the secret seed", secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_slots_hide(
              ckks.object(),
              range.struct(),
              key.struct(open, firstPartBytes(range.level(), 1)),
              secret.pointer(),
              floodBits,
              pointer("rows", rows, range)));
    }
  }

  /** A relinearisation key's first parts, {@code [digit][prime][N]}. */
  public void relinearisationKey(
      NativeCkks.SecretKey key, byte[] publicSeed, byte[] secretSeed, NativeBuffer b) {
    try (NativeBuffer open = NativeSeed.copy("the public seed", publicSeed);
        NativeBuffer secret = NativeSeed.copy("the secret seed", secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_slots_relin_key(
              ckks.object(),
              key.get(ckks),
              open.pointer(),
              secret.pointer(),
              b.pointer("b", relinearisationBytes())));
    }
  }

  /** Takes a relinearisation key from its seed and first parts, checked residues. */
  public NativeCkks.RelinearisationKey importRelinearisationKey(byte[] publicSeed, NativeBuffer b) {
    try (NativeBuffer open = NativeSeed.copy("the public seed", publicSeed)) {
      return new NativeCkks.RelinearisationKey(
          ckks,
          NativeCall.created(
              NativeFacade.sotto_slots_relin_import(
                  ckks.object(), open.pointer(), b.pointer("b", relinearisationBytes()))));
    }
  }

  /** Decrypts to {@code [elements][images]} doubles. */
  public void decrypt(
      NativeCkks.SecretKey key,
      SlotRange range,
      double scale,
      NativeBuffer rows,
      int images,
      NativeBuffer values) {
    NativeCall.check(
        NativeFacade.sotto_slots_decrypt(
            ckks.object(),
            key.get(ckks),
            range.struct(),
            scale,
            pointer("rows", rows, range),
            images,
            doubles(values, range.elements(), images)));
  }

  /** A block of ciphertexts of two parts. */
  Pointer pointer(String what, NativeBuffer rows, SlotRange range) {
    return rows.pointer(what, bytes(range.level(), range.elements()));
  }

  private static Pointer doubles(NativeBuffer values, int count, int images) {
    return values.pointer(
        "values",
        Math.multiplyExact(Math.multiplyExact((long) count, images), (long) Double.BYTES));
  }
}
