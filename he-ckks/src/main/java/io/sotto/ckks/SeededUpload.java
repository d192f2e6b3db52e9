package io.sotto.ckks;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Fresh ciphertexts under the client's secret key, on their way to the server. The second part of
 * each is expanded from a public seed and doesn't travel.
 *
 * <p>Written either as one message, seed and all ciphertexts, or as a seed and then blocks of
 * consecutive ciphertexts, in order. A block is the number of its first ciphertext (4 bytes, little
 * endian) and N packed residues a ciphertext.
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
  private final CoefficientPolys c0;

  private SeededUpload(byte[] seed, CoefficientPolys c0) {
    this.seed = seed;
    this.c0 = c0;
  }

  public static SeededUpload encrypt(
      SecretKey secretKey, CoefficientPolys messages, SecureRandom random) {
    Ring ring = secretKey.ring();
    ring.requireSame(messages.ring());
    byte[] seed = Seeds.draw(random);
    CoefficientPolys c0 = CoefficientPolys.allocate(ring, messages.count());
    try {
      Seeds.withSecret(
          random,
          secret ->
              ring.handle()
                  .encryptSeeded(
                      secretKey.handle(),
                      messages.buffer(),
                      messages.count(),
                      seed,
                      secret,
                      0,
                      c0.buffer()));
      return new SeededUpload(seed, c0);
    } catch (RuntimeException | Error e) {
      c0.close();
      throw e;
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

  /** Bytes of all in one message. */
  public static long wireBytes(RingParameters parameters, int count) {
    return SEED_BYTES + blockBytes(parameters, count);
  }

  /** Bytes of a block of so many ciphertexts. */
  public static long blockBytes(RingParameters parameters, int count) {
    return BLOCK_HEADER_BYTES + Math.multiplyExact((long) count, parameters.polynomialBytes());
  }

  /** Writes everything as one message. */
  public void write(ByteBuffer out) {
    PackedPolys.requireRoom(out, wireBytes(c0.ring().parameters(), count()));
    writeSeed(out);
    writeBlock(0, count(), out);
  }

  public void writeSeed(ByteBuffer out) {
    PackedPolys.requireRoom(out, SEED_BYTES);
    out.put(seed);
  }

  public void writeBlock(int first, int ciphertexts, ByteBuffer out) {
    RingParameters parameters = c0.ring().parameters();
    PackedPolys.requireRoom(out, blockBytes(parameters, ciphertexts));
    var rows = c0.rows(first, ciphertexts);
    PackedPolys.writeInt(first, out);
    PackedPolys.write(rows, parameters.modulusBits(), out);
  }

  @Override
  public void close() {
    c0.close();
  }
}
