package io.sotto.gc.ot;

import io.sotto.channel.Channel;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.natives.NativeBuffer;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECMultiplier;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * Base oblivious transfer of random keys on the curve P-256: the sender gets two keys of 16 bytes
 * for each transfer, the receiver the one that it chose. The protocol is that of Chou and Orlandi
 * (The simplest protocol for oblivious transfer, 2015, figure 1), both sides here next to each
 * other:
 *
 * <pre>{@code
 * sender:    a random,        A = aG          ->
 * receiver:  r_i random,      R_i = r_i G + c_i A   <-    key H(i, A, R_i, r_i A)
 * sender:    keys H(i, A, R_i, a R_i) and H(i, A, R_i, a (R_i - A))
 * }</pre>
 *
 * <p><b>Security.</b> For semi-honest parties. R_i is uniform whatever c_i is, so the sender learns
 * nothing at all. A receiver that knows r_i and could hash the other key's point, which is r_i A +
 * aA or r_i A - aA, would know aA = a^2 G for random a; to compute that from A is as hard as the
 * computational Diffie-Hellman problem, so with SHA-256 as a random oracle the other key is random
 * to it. A, R_i and i go into the hash, which ties each key to its session and place. (The
 * difficulties found later with this protocol concern its composition with malicious parties: Genç,
 * Iovino, Rial 2017; Doerner, Kondi, Lee, shelat 2018.) The receiver computes both candidates for
 * R_i and selects by masks; all products are combs of fixed length. The field arithmetic is Bouncy
 * Castle's and constant time as far as that is. Scalars and points are its immutable objects: they
 * stay on the heap until the collector writes over them, as SECURITY.md says. All encodings that
 * aren't sent are wiped.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> Bytes that are not a point of the curve other than infinity, and a point that
 * no honest receiver sends, are a {@link PeerViolationException}.
 */
public final class BaseOt {
  private static final int KEY_BYTES = 16;
  private static final int POINT_BYTES = 33;
  private static final int SCALAR_BYTES = 32;
  private static final byte[] DOMAIN = "sotto base OT 1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RUN_DOMAIN =
      "sotto base OT run 1".getBytes(StandardCharsets.US_ASCII);

  private static final X9ECParameters P256 = CustomNamedCurves.getByName("P-256");
  private static final ECCurve CURVE = P256.getCurve();

  private BaseOt() {}

  /**
   * Runs the sender; the two buffers receive {@code count} keys each.
   *
   * @return what {@link #receive} returns there
   */
  public static byte[] send(
      Channel channel,
      SecureRandom random,
      int count,
      NativeBuffer zeroKeys,
      NativeBuffer oneKeys) {
    BigInteger a = randomScalar(random);
    ECPoint pointA = multiply(P256.getG(), a).normalize();
    byte[] encodedA = pointA.getEncoded(true);
    channel.send(OtMessages.BASE_OT_POINT, ByteBuffer.wrap(encodedA));
    channel.flush();

    byte[] choices = new byte[Math.multiplyExact(count, POINT_BYTES)];
    channel.receive(OtMessages.BASE_OT_CHOICES, ByteBuffer.wrap(choices));
    ECPoint shift = multiply(pointA, a).negate();
    ECPoint[] shared = new ECPoint[2 * count];
    for (int i = 0; i < count; i++) {
      ECPoint choice = decodePoint(encodedPoint(choices, i));
      if (choice.equals(pointA)) {
        throw new PeerViolationException("a base OT choice repeats the sender's point");
      }
      shared[2 * i] = multiply(choice, a);
      shared[2 * i + 1] = shared[2 * i].add(shift);
    }
    CURVE.normalizeAll(shared);
    ByteBuffer zero = zeroKeys.bytes();
    ByteBuffer one = oneKeys.bytes();
    for (int i = 0; i < count; i++) {
      byte[] choice = encodedPoint(choices, i);
      putKey(zero, i, encodedA, choice, shared[2 * i]);
      putKey(one, i, encodedA, choice, shared[2 * i + 1]);
    }
    return run(encodedA, choices);
  }

  /**
   * Runs the receiver.
   *
   * @param choices a bit for each transfer, lowest first
   * @param keys receives the chosen keys
   * @return 32 bytes that both sides have and no other run has: a hash of both messages, public
   */
  public static byte[] receive(
      Channel channel, SecureRandom random, int count, NativeBuffer choices, NativeBuffer keys) {
    byte[] encodedA = new byte[POINT_BYTES];
    channel.receive(OtMessages.BASE_OT_POINT, ByteBuffer.wrap(encodedA));
    ECPoint pointA = decodePoint(encodedA);

    ECPoint[] candidates = new ECPoint[2 * count];
    ECPoint[] shared = new ECPoint[count];
    for (int i = 0; i < count; i++) {
      BigInteger r = randomScalar(random);
      candidates[2 * i] = multiply(P256.getG(), r);
      candidates[2 * i + 1] = candidates[2 * i].add(pointA);
      shared[i] = multiply(pointA, r);
    }
    CURVE.normalizeAll(candidates);
    CURVE.normalizeAll(shared);
    ByteBuffer bits = choices.bytes();
    ByteBuffer target = keys.bytes();
    byte[] message = new byte[count * POINT_BYTES];
    for (int i = 0; i < count; i++) {
      byte[] zero = candidates[2 * i].getEncoded(true);
      byte[] one = candidates[2 * i + 1].getEncoded(true);
      int mask = -(bits.get(i / 8) >>> (i % 8) & 1);
      byte[] choice = new byte[POINT_BYTES];
      for (int j = 0; j < POINT_BYTES; j++) {
        choice[j] = (byte) (zero[j] ^ ((zero[j] ^ one[j]) & mask));
      }
      System.arraycopy(choice, 0, message, i * POINT_BYTES, POINT_BYTES);
      putKey(target, i, encodedA, choice, shared[i]);
      // Beside the message they would tell the choice.
      Arrays.fill(zero, (byte) 0);
      Arrays.fill(one, (byte) 0);
    }
    channel.send(OtMessages.BASE_OT_CHOICES, ByteBuffer.wrap(message));
    channel.flush();
    return run(encodedA, message);
  }

  private static byte[] run(byte[] pointA, byte[] choices) {
    SHA256Digest digest = new SHA256Digest();
    digest.update(RUN_DOMAIN, 0, RUN_DOMAIN.length);
    digest.update(pointA, 0, pointA.length);
    digest.update(choices, 0, choices.length);
    byte[] hash = new byte[digest.getDigestSize()];
    digest.doFinal(hash, 0);
    return hash;
  }

  /** What the sender of so many transfers sends, receives and waits for. */
  public static Traffic senderTraffic(int count) {
    return new Traffic(
        Channel.HEADER_BYTES + (long) POINT_BYTES,
        Channel.HEADER_BYTES + (long) count * POINT_BYTES,
        1);
  }

  /**
   * Reads a point from the peer.
   *
   * @throws PeerViolationException if the bytes are not a compressed point other than infinity
   */
  static ECPoint decodePoint(byte[] encoded) {
    ECPoint point;
    try {
      point = CURVE.decodePoint(encoded);
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("a base OT point is not on the curve", e);
    }
    // The curve's cofactor is 1, so a point of the curve is one of the group.
    if (encoded.length != POINT_BYTES || point.isInfinity() || !point.isValid()) {
      throw new PeerViolationException("a base OT point is not a compressed point of the group");
    }
    return point;
  }

  private static byte[] encodedPoint(byte[] points, int index) {
    return Arrays.copyOfRange(points, index * POINT_BYTES, (index + 1) * POINT_BYTES);
  }

  private static void putKey(
      ByteBuffer keys, int index, byte[] pointA, byte[] choice, ECPoint shared) {
    SHA256Digest digest = new SHA256Digest();
    digest.update(DOMAIN, 0, DOMAIN.length);
    byte[] place = ByteBuffer.allocate(Integer.BYTES).putInt(index).array();
    digest.update(place, 0, place.length);
    digest.update(pointA, 0, pointA.length);
    digest.update(choice, 0, choice.length);
    byte[] point = shared.getEncoded(true);
    digest.update(point, 0, point.length);
    byte[] hash = new byte[digest.getDigestSize()];
    digest.doFinal(hash, 0);
    keys.put(index * KEY_BYTES, hash, 0, KEY_BYTES);
    Arrays.fill(hash, (byte) 0);
    Arrays.fill(point, (byte) 0);
  }

  private static ECPoint multiply(ECPoint point, BigInteger scalar) {
    ECMultiplier comb = new FixedPointCombMultiplier();
    return comb.multiply(point, scalar);
  }

  /** Uniform in 1..order - 1, by rejection. */
  private static BigInteger randomScalar(SecureRandom random) {
    byte[] bytes = new byte[SCALAR_BYTES];
    try {
      while (true) {
        random.nextBytes(bytes);
        BigInteger scalar = new BigInteger(1, bytes);
        if (scalar.signum() > 0 && scalar.compareTo(P256.getN()) < 0) {
          return scalar;
        }
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
