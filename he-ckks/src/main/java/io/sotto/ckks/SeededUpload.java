package io.sotto.ckks;

import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Fresh ciphertexts under the client's secret key, on their way to the server. The second part of
 * each is expanded from a public seed and doesn't travel.
 *
 * <p>Written either as one message, seed and all ciphertexts, or as a seed and then blocks of
 * consecutive ciphertexts, in order. A block is the number of its first ciphertext (4 bytes, little
 * endian) and packed residues: of each ciphertext the coefficients in use, the first ones. The
 * server has no use for the others: coefficients of a linear map's results are maps of the same
 * coefficients.
 *
 * <p><b>Security.</b> RLWE encryption: reveals nothing but the number of ciphertexts. Each upload
 * has fresh seeds.
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> A buffer without enough room is an {@link IllegalArgumentException}; nothing
 * has been written then.
 */
public final class SeededUpload implements AutoCloseable {
  public static final int SEED_BYTES = Seeds.BYTES;
  static final int BLOCK_HEADER_BYTES = Integer.BYTES;

  private final byte[] seed;
  private final int firstNumber;
  private final CoefficientPolys c0;

  SeededUpload(byte[] seed, int firstNumber, CoefficientPolys c0) {
    this.seed = seed;
    this.firstNumber = firstNumber;
    this.c0 = c0;
  }

  /** A whole upload; {@link UploadEncryptor} makes one part by part. */
  public static SeededUpload encrypt(
      SecretKey secretKey, CoefficientPolys messages, SecureRandom random) {
    try (UploadEncryptor encryptor = UploadEncryptor.open(secretKey, random)) {
      return encryptor.next(messages);
    }
  }

  /** Number of ciphertexts. */
  public int count() {
    return c0.count();
  }

  /** The public seed that the second parts follow from. */
  public byte[] seed() {
    return seed.clone();
  }

  /** The first parts. */
  public CoefficientPolys c0() {
    return c0;
  }

  /** Bytes of all in one message, with all coefficients. */
  public static long wireBytes(RingParameters parameters, int count) {
    return SEED_BYTES + blockBytes(parameters, count, parameters.degree());
  }

  /** Bytes of a block of so many ciphertexts with so many coefficients in use. */
  public static long blockBytes(RingParameters parameters, int count, int used) {
    return BLOCK_HEADER_BYTES
        + PackedPolys.bytes(Math.multiplyExact((long) count, used), parameters.modulusBits());
  }

  /** Writes everything as one message, with all coefficients. */
  public void write(ByteBuffer out) {
    PackedPolys.requireRoom(out, wireBytes(c0.ring().parameters(), count()));
    writeSeed(out);
    writeBlock(0, count(), c0.ring().degree(), out);
  }

  public void writeSeed(ByteBuffer out) {
    PackedPolys.requireRoom(out, SEED_BYTES);
    out.put(seed);
  }

  /**
   * Writes some ciphertexts as a block.
   *
   * @param first counted from the first of these
   * @param used coefficients of each
   */
  public void writeBlock(int first, int ciphertexts, int used, ByteBuffer out) {
    RingParameters parameters = c0.ring().parameters();
    CoefficientPolys.requireUsed(c0.ring(), used);
    PackedPolys.requireRoom(out, blockBytes(parameters, ciphertexts, used));
    try (NativeBuffer heads = c0.heads(first, ciphertexts, used)) {
      PackedPolys.writeInt(Math.addExact(firstNumber, first), out);
      PackedPolys.write(heads, parameters.modulusBits(), out);
    }
  }

  @Override
  public void close() {
    c0.close();
  }
}
