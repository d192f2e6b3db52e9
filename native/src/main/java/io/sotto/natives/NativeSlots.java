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
  public static final int SEED_BYTES = 32;

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
      NativeBuffer values,
      int count,
      int images,
      double scale,
      int level,
      byte[] publicSeed,
      byte[] secretSeed,
      long firstIndex,
      NativeBuffer c0) {
    try (NativeBuffer open = seed(publicSeed);
        NativeBuffer secret = seed(secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_slots_encrypt(
              ckks.object(),
              key.get(ckks),
              doubles(values, count, images),
              count,
              images,
              scale,
              level,
              open.pointer(),
              secret.pointer(),
              firstIndex,
              c0.pointer("c0", firstPartBytes(level, count))));
    }
  }

  /** Writes the second parts of elements from..to-1 of a block. */
  public void expand(
      int level, byte[] publicSeed, int elements, NativeBuffer rows, int from, int to) {
    try (NativeBuffer open = seed(publicSeed)) {
      NativeCall.check(
          NativeFacade.sotto_slots_expand(
              ckks.object(),
              level,
              open.pointer(),
              elements,
              rows.pointer("rows", bytes(level, elements)),
              from,
              to));
    }
  }

  /** Adds {@code [elements][images]} doubles, encoded at a scale, to elements from..to-1. */
  public void add(
      int level,
      NativeBuffer values,
      int images,
      double scale,
      int elements,
      NativeBuffer rows,
      int from,
      int to) {
    NativeCall.check(
        NativeFacade.sotto_slots_add(
            ckks.object(),
            level,
            doubles(values, elements, images),
            images,
            scale,
            elements,
            rows.pointer("rows", bytes(level, elements)),
            from,
            to));
  }

  /** Adds an integer to all slots of each element, then divides by the level's prime. */
  public void rescale(
      int level,
      double scale,
      int elements,
      NativeBuffer in,
      NativeBuffer constants,
      NativeBuffer out,
      int from,
      int to) {
    NativeCall.check(
        NativeFacade.sotto_slots_rescale(
            ckks.object(),
            level,
            scale,
            elements,
            in.pointer("in", bytes(level, elements)),
            constants.pointer("constants", (long) elements * Long.BYTES),
            out.pointer("out", bytes(level - 1, elements)),
            from,
            to));
  }

  /** The same, then squares and divides again: two levels lower, and in three parts. */
  public void square(
      int level,
      double scale,
      int elements,
      NativeBuffer in,
      NativeBuffer constants,
      NativeBuffer out,
      int from,
      int to) {
    NativeCall.check(
        NativeFacade.sotto_slots_square(
            ckks.object(),
            level,
            scale,
            elements,
            in.pointer("in", bytes(level, elements)),
            constants.pointer("constants", (long) elements * Long.BYTES),
            out.pointer("out", bytes(level - 2, elements, 3)),
            from,
            to));
  }

  /** Brings elements from..to-1 from three parts to two. */
  public void relinearise(
      NativeCkks.RelinearisationKey key,
      int level,
      double scale,
      int elements,
      NativeBuffer in,
      NativeBuffer out,
      int from,
      int to) {
    NativeCall.check(
        NativeFacade.sotto_slots_relinearise(
            ckks.object(),
            key.get(ckks),
            level,
            scale,
            elements,
            in.pointer("in", bytes(level, elements, 3)),
            out.pointer("out", bytes(level, elements)),
            from,
            to));
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
    try (NativeBuffer open = seed(publicSeed);
        NativeBuffer secret = seed(secretSeed)) {
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
   * magnitude, to elements from..to-1.
   */
  public void hide(
      int level,
      byte[] publicSeed,
      NativeBuffer b,
      byte[] secretSeed,
      int floodBits,
      int elements,
      NativeBuffer rows,
      int from,
      int to) {
    try (NativeBuffer open = seed(publicSeed);
        NativeBuffer secret = seed(secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_slots_hide(
              ckks.object(),
              level,
              open.pointer(),
              b.pointer("b", firstPartBytes(level, 1)),
              secret.pointer(),
              floodBits,
              elements,
              rows.pointer("rows", bytes(level, elements)),
              from,
              to));
    }
  }

  /** A relinearisation key's first parts, {@code [digit][prime][N]}. */
  public void relinearisationKey(
      NativeCkks.SecretKey key, byte[] publicSeed, byte[] secretSeed, NativeBuffer b) {
    try (NativeBuffer open = seed(publicSeed);
        NativeBuffer secret = seed(secretSeed)) {
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
    try (NativeBuffer open = seed(publicSeed)) {
      return new NativeCkks.RelinearisationKey(
          ckks,
          NativeCall.created(
              NativeFacade.sotto_slots_relin_import(
                  ckks.object(), open.pointer(), b.pointer("b", relinearisationBytes()))));
    }
  }

  /** Decrypts elements from..to-1 to {@code [elements][images]} doubles. */
  public void decrypt(
      NativeCkks.SecretKey key,
      int level,
      double scale,
      int elements,
      NativeBuffer rows,
      int images,
      NativeBuffer values,
      int from,
      int to) {
    NativeCall.check(
        NativeFacade.sotto_slots_decrypt(
            ckks.object(),
            key.get(ckks),
            level,
            scale,
            elements,
            rows.pointer("rows", bytes(level, elements)),
            images,
            doubles(values, elements, images),
            from,
            to));
  }

  private static Pointer doubles(NativeBuffer values, int count, int images) {
    return values.pointer(
        "values",
        Math.multiplyExact(Math.multiplyExact((long) count, images), (long) Double.BYTES));
  }

  static NativeBuffer seed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException(
          "a seed of " + seed.length + " bytes; it has " + SEED_BYTES);
    }
    NativeBuffer copy = NativeBuffer.allocate(SEED_BYTES);
    copy.bytes().put(seed);
    return copy;
  }
}
