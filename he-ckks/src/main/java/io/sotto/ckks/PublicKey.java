package io.sotto.ckks;

import io.sotto.natives.NativeKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The client's public key (b, a) with b = -(a*s) + e and a expanded from a seed; on the wire 32
 * bytes of seed and N packed residues.
 *
 * <p><b>Security.</b> Under it the server makes the encryptions of zero that hide its weights,
 * which they do when the key was generated as the protocol says (semi-honest client).
 *
 * <p><b>Threading.</b> May be used by many threads; closed once.
 *
 * <p><b>Failure.</b> Malformed bytes are an {@link IllegalArgumentException}, before any key is
 * made of them.
 */
public final class PublicKey implements AutoCloseable {
  private final Ring ring;
  private final byte[] seed;
  private final NttPolys b;
  private final NativeKey handle;

  private PublicKey(Ring ring, byte[] seed, NttPolys b) {
    this.ring = ring;
    this.seed = seed;
    this.b = b;
    this.handle = ring.handle().importPublicKey(seed, b.buffer());
  }

  public static PublicKey generate(SecretKey secretKey, SecureRandom random) {
    Ring ring = secretKey.ring();
    byte[] seed = Seeds.draw(random);
    NttPolys b = NttPolys.allocate(ring, 1);
    try {
      Seeds.withSecret(
          random, secret -> ring.handle().publicKey(secretKey.handle(), seed, secret, b.buffer()));
      return new PublicKey(ring, seed, b);
    } catch (RuntimeException | Error e) {
      b.close();
      throw e;
    }
  }

  public static int wireBytes(RingParameters parameters) {
    return Seeds.BYTES + parameters.polynomialBytes();
  }

  public byte[] encode() {
    byte[] wire = new byte[wireBytes(ring.parameters())];
    ByteBuffer out = ByteBuffer.wrap(wire).put(seed);
    PackedPolys.write(b.buffer(), ring.parameters().modulusBits(), out);
    return wire;
  }

  /** Reads a key, which must fill the rest of the buffer. */
  public static PublicKey decode(Ring ring, ByteBuffer in) {
    String what = "public key";
    PackedPolys.requireLeft(in, wireBytes(ring.parameters()), what);
    byte[] seed = new byte[Seeds.BYTES];
    in.get(seed);
    NttPolys b = NttPolys.allocate(ring, 1);
    try {
      PackedPolys.read(in, ring.parameters().modulusBits(), ring.modulus(), b.buffer(), what);
      PackedPolys.requireEnd(in, what);
      return new PublicKey(ring, seed, b);
    } catch (RuntimeException | Error e) {
      b.close();
      throw e;
    }
  }

  public Ring ring() {
    return ring;
  }

  NativeKey handle() {
    return handle;
  }

  @Override
  public void close() {
    handle.close();
    b.close();
  }
}
