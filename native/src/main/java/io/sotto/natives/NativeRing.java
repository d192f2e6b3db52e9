package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_ring;
import java.util.function.Consumer;

/**
 * The ring Z_q[X]/(X^N+1) with one prime q, and encryption over it, on SEAL's transforms or faster
 * ones that give the same. Samples are drawn from AES-256 in counter mode with the seed as key.
 *
 * <p>A polynomial is N longs in [0, q), in <i>coefficient form</i> or in <i>NTT form</i>; a buffer
 * of polynomials is row-major. Each method says which form it takes and gives.
 *
 * <p><b>Security.</b> All randomness comes from 32-byte seeds. A polynomial drawn from a seed
 * belongs to one purpose (secret key, noise of a key, noise of a ciphertext, mask, ...) and one
 * index, so purposes may share a seed; the same purpose and index under the same seed is the same
 * polynomial. The caller therefore uses each index once a seed and purpose: encrypting two messages
 * under one index reveals their difference. Native copies of secret seeds and all intermediate
 * values are wiped; the caller's arrays are the caller's. No branch, address or loop length depends
 * on a secret. Whether N and q give a security level is decided above, not here.
 *
 * <p><b>Threading.</b> Immutable: any number of threads may use a ring and its keys at once. One
 * thread closes it after all have finished.
 *
 * <p><b>Failure.</b> Wrong sizes, keys and ranges are {@link IllegalArgumentException} before
 * anything is written; use after close is an {@link IllegalStateException}.
 */
public final class NativeRing implements AutoCloseable {

  /** The length of every seed. */
  public static final int SEED_BYTES = NativeSeed.BYTES;

  private static final int MIN_LOG_DEGREE = 10;
  private static final int MAX_LOG_DEGREE = 13;
  private static final int MIN_MODULUS_BITS = 20;
  private static final int MAX_MODULUS_BITS = 60;

  final NativeHandle<sotto_ring> handle;
  private final int logDegree;
  private final int modulusBits;
  private final long modulus;

  private NativeRing(NativeHandle<sotto_ring> handle, int logDegree, int modulusBits) {
    this.handle = handle;
    this.logDegree = logDegree;
    this.modulusBits = modulusBits;
    this.modulus = NativeFacade.sotto_ring_modulus(handle.get());
  }

  /**
   * Makes the ring of degree {@code 2^logDegree}; q is the first NTT prime of {@code modulusBits}
   * bits in SEAL's order.
   */
  public static NativeRing create(int logDegree, int modulusBits) {
    if (logDegree < MIN_LOG_DEGREE || logDegree > MAX_LOG_DEGREE) {
      throw new IllegalArgumentException(
          "a ring of degree 2^" + logDegree + "; the degree is 2^10, 2^11, 2^12 or 2^13");
    }
    if (modulusBits < MIN_MODULUS_BITS || modulusBits > MAX_MODULUS_BITS) {
      throw new IllegalArgumentException(
          "a modulus of " + modulusBits + " bits; it has 20 to 60 bits");
    }
    sotto_ring ring = NativeCall.created(NativeFacade.sotto_ring_create(logDegree, modulusBits));
    return new NativeRing(
        new NativeHandle<>(ring, "ring", NativeFacade::sotto_ring_free), logDegree, modulusBits);
  }

  /** N. */
  public int degree() {
    return 1 << logDegree;
  }

  /** The base-2 logarithm of N. */
  public int logDegree() {
    return logDegree;
  }

  /** q. */
  public long modulus() {
    return modulus;
  }

  /** The length of q in bits. */
  public int modulusBits() {
    return modulusBits;
  }

  /** The bytes of that many polynomials. */
  public long bytes(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(count + " polynomials; the count is 0 or more");
    }
    return (long) count * degree() * Long.BYTES;
  }

  /** A secret key with ternary coefficients. */
  public NativeKey generateSecretKey(byte[] seed) {
    try (NativeBuffer nativeSeed = NativeSeed.copy("the seed", seed)) {
      return key(
          NativeKey.Kind.SECRET,
          1,
          s ->
              NativeCall.check(
                  NativeFacade.sotto_ring_secret_key(
                      handle.get(), nativeSeed.pointer(), s.pointer())));
    }
  }

  /**
   * The public key of a secret key: b = -(a*s) + e, where a is drawn from the public seed.
   *
   * @param bOut b, one polynomial in NTT form
   */
  public void publicKey(
      NativeKey secretKey, byte[] publicSeed, byte[] secretSeed, NativeBuffer bOut) {
    try (NativeBuffer nativePublic = NativeSeed.copy("the public seed", publicSeed);
        NativeBuffer nativeSecret = NativeSeed.copy("the secret seed", secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_ring_public_key(
              handle.get(),
              secret(secretKey).pointer(),
              nativePublic.pointer(),
              nativeSecret.pointer(),
              bOut.pointer("bOut", bytes(1))));
    }
  }

  /**
   * Takes a public key from its seed and b.
   *
   * @param b one polynomial in NTT form, residues below q, which the caller has checked; copied
   */
  public NativeKey importPublicKey(byte[] publicSeed, NativeBuffer b) {
    long bytes = bytes(1);
    b.pointer("b", bytes);
    try (NativeBuffer nativePublic = NativeSeed.copy("the public seed", publicSeed)) {
      return key(
          NativeKey.Kind.PUBLIC,
          2,
          ab -> {
            NativeCall.check(
                NativeFacade.sotto_ring_public_key_a(
                    handle.get(), nativePublic.pointer(), ab.pointer()));
            ab.slice(bytes, bytes).bytes().put(b.slice(0, bytes).bytes());
          });
    }
  }

  /**
   * Encrypts under the secret key: c1 of ciphertext i is what {@link #expandUniform} gives at
   * {@code firstIndex + i}, and c0 = -(c1*s) + e + m with |e| at most 21.
   *
   * @param messages {@code count} polynomials in coefficient form
   * @param c0Out {@code count} polynomials in coefficient form; may be {@code messages}
   */
  public void encryptSeeded(
      NativeKey secretKey,
      NativeBuffer messages,
      int count,
      byte[] publicSeed,
      byte[] secretSeed,
      long firstIndex,
      NativeBuffer c0Out) {
    long bytes = bytes(count);
    checkIndices(firstIndex, count);
    Overlap.refuse("messages", messages, "c0Out", c0Out, bytes);
    try (NativeBuffer nativePublic = NativeSeed.copy("the public seed", publicSeed);
        NativeBuffer nativeSecret = NativeSeed.copy("the secret seed", secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_ring_encrypt(
              handle.get(),
              secret(secretKey).pointer(),
              messages.pointer("messages", bytes),
              count,
              nativePublic.pointer(),
              nativeSecret.pointer(),
              firstIndex,
              c0Out.pointer("c0Out", bytes)));
    }
  }

  /**
   * The c1 of seeded ciphertexts, uniform on Z_q.
   *
   * @param c1Out {@code count} polynomials in NTT form
   */
  public void expandUniform(byte[] publicSeed, long firstIndex, int count, NativeBuffer c1Out) {
    long bytes = bytes(count);
    checkIndices(firstIndex, count);
    try (NativeBuffer nativePublic = NativeSeed.copy("the public seed", publicSeed)) {
      NativeCall.check(
          NativeFacade.sotto_ring_expand(
              handle.get(),
              nativePublic.pointer(),
              firstIndex,
              count,
              c1Out.pointer("c1Out", bytes)));
    }
  }

  /**
   * Adds a fresh encryption of zero under the public key to each ciphertext, in place: c0 += b*u
   * and c1 += a*u + e, with u ternary and e at most 21. As b*u has no noise of its own, c0 may not
   * be shown to anyone afterwards.
   *
   * @param c0 {@code count} polynomials in coefficient form
   * @param c1 {@code count} polynomials; NTT form comes in, coefficient form goes out
   */
  public void rerandomise(
      NativeKey publicKey,
      byte[] secretSeed,
      long firstIndex,
      int count,
      NativeBuffer c0,
      NativeBuffer c1) {
    long bytes = bytes(count);
    checkIndices(firstIndex, count);
    Overlap.refuseAny("c0", c0, "c1", c1, bytes);
    NativeBuffer key = publicKey.polynomials(this, NativeKey.Kind.PUBLIC);
    try (NativeBuffer nativeSecret = NativeSeed.copy("the secret seed", secretSeed)) {
      NativeCall.check(
          NativeFacade.sotto_ring_rerandomise(
              handle.get(),
              key.slice(0, bytes(1)).pointer(),
              key.slice(bytes(1), bytes(1)).pointer(),
              nativeSecret.pointer(),
              firstIndex,
              count,
              c0.pointer("c0", bytes),
              c1.pointer("c1", bytes)));
    }
  }

  /**
   * Plain decryption: c0 + c1*s, which is the message plus its noise.
   *
   * @param c0 {@code count} polynomials in coefficient form
   * @param c1 {@code count} polynomials in NTT form
   * @param out {@code count} polynomials in coefficient form
   */
  public void decrypt(
      NativeKey secretKey, NativeBuffer c0, NativeBuffer c1, int count, NativeBuffer out) {
    long bytes = bytes(count);
    Overlap.refuseAny("c0", c0, "out", out, bytes);
    Overlap.refuse("c1", c1, "out", out, bytes);
    NativeCall.check(
        NativeFacade.sotto_ring_decrypt(
            handle.get(),
            secret(secretKey).pointer(),
            c0.pointer("c0", bytes),
            c1.pointer("c1", bytes),
            count,
            out.pointer("out", bytes)));
  }

  /** The largest k for which {@link #decryptShort} is exact in this ring. */
  public int maxShortBits() {
    return modulusBits - 1 - logDegree;
  }

  /**
   * The product c1*s over the integers, modulo 2^k, for c1 rounded to k bits: c1's values are read
   * as signed k-bit numbers.
   *
   * @param c1 {@code count} polynomials in coefficient form with values in [0, 2^k)
   * @param k 1 to {@link #maxShortBits}, so that N*2^(k-1) stays below q/2
   * @param out {@code count} times N values in [0, 2^k); may be {@code c1}
   */
  public void decryptShort(
      NativeKey secretKey, NativeBuffer c1, int k, int count, NativeBuffer out) {
    if (k < 1 || k > maxShortBits()) {
      throw new IllegalArgumentException(
          "c1 of %d bits; with N = %d and q of %d bits the product is exact for 1 to %d"
              .formatted(k, degree(), modulusBits, maxShortBits()));
    }
    long bytes = bytes(count);
    Overlap.refuse("c1", c1, "out", out, bytes);
    NativeCall.check(
        NativeFacade.sotto_ring_decrypt_short(
            handle.get(),
            secret(secretKey).pointer(),
            c1.pointer("c1", bytes),
            k,
            count,
            out.pointer("out", bytes)));
  }

  /** Turns polynomials from coefficient form into NTT form, in place. */
  public void toNtt(NativeBuffer polynomials, int count) {
    NativeCall.check(
        NativeFacade.sotto_ring_to_ntt(
            handle.get(), polynomials.pointer("polynomials", bytes(count)), count));
  }

  /** Turns polynomials from NTT form into coefficient form, in place. */
  public void fromNtt(NativeBuffer polynomials, int count) {
    NativeCall.check(
        NativeFacade.sotto_ring_from_ntt(
            handle.get(), polynomials.pointer("polynomials", bytes(count)), count));
  }

  /**
   * Turns polynomials of small integers into NTT form.
   *
   * @param coefficients {@code count} times N weights, int32, each strictly between -2^20 and 2^20
   * @param out {@code count} polynomials, memory apart; not all of them if a weight is refused
   */
  public void weightsToNtt(NativeBuffer coefficients, int count, NativeBuffer out) {
    Overlap.refuseAny("coefficients", coefficients, "out", out);
    NativeCall.check(
        NativeFacade.sotto_ring_weights(
            handle.get(),
            coefficients.pointer("coefficients", bytes(count) / 2),
            count,
            out.pointer("out", bytes(count))));
  }

  /** Frees the ring; its keys are closed apart. Does nothing the second time. */
  @Override
  public void close() {
    handle.close();
  }

  @Override
  public String toString() {
    return "NativeRing[N=" + degree() + ", q=" + modulus + "]";
  }

  private NativeKey key(NativeKey.Kind kind, int polynomials, Consumer<NativeBuffer> fill) {
    NativeBuffer buffer = NativeBuffer.allocate(bytes(polynomials));
    try {
      fill.accept(buffer);
      return new NativeKey(this, kind, buffer);
    } catch (RuntimeException | Error e) {
      buffer.close();
      throw e;
    }
  }

  private NativeBuffer secret(NativeKey key) {
    return key.polynomials(this, NativeKey.Kind.SECRET);
  }

  private static void checkIndices(long first, int count) {
    if (first < 0 || first > Long.MAX_VALUE - count) {
      throw new IllegalArgumentException(
          "indices from " + first + "; indices are 0 to 2^63 - 1, those of this call included");
    }
  }
}
