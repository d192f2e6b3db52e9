package io.sotto.gc.ot;

import io.sotto.channel.Channel;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.natives.CurvePoints;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

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
 * Iovino, Rial 2017; Doerner, Kondi, Lee, shelat 2018.) The receiver adds A or infinity, selected
 * by masks, by a sum that is complete.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> Bytes that are not a point of the curve other than infinity, and a point that
 * no honest receiver sends, are a {@link PeerViolationException}.
 */
public final class BaseOt {
  private static final int KEY_BYTES = 16;
  private static final int POINT_BYTES = CurvePoints.POINT_BYTES;
  private static final int SCALAR_BYTES = CurvePoints.SCALAR_BYTES;
  private static final byte[] DOMAIN = "sotto base OT 1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RUN_DOMAIN =
      "sotto base OT run 1".getBytes(StandardCharsets.US_ASCII);

  /** Of the group; the highest byte first. */
  private static final byte[] ORDER =
      HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

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
    try (Scope scope = new Scope()) {
      NativeBuffer a = scope.allocate(SCALAR_BYTES);
      NativeBuffer pointA = scope.allocate(POINT_BYTES);
      drawScalars(random, 1, a);
      CurvePoints.generate(a, pointA);
      channel.send(OtMessages.BASE_OT_POINT, pointA.bytes());
      channel.flush();

      NativeBuffer choices = scope.allocate((long) count * POINT_BYTES);
      channel.receive(OtMessages.BASE_OT_CHOICES, choices.bytes());
      requireChoices(count, choices, pointA);
      NativeBuffer zeros = scope.allocate((long) count * POINT_BYTES);
      NativeBuffer ones = scope.allocate((long) count * POINT_BYTES);
      CurvePoints.share(count, pointA, a, choices, zeros, ones);
      for (int i = 0; i < count; i++) {
        putKey(zeroKeys, i, pointA, choices, zeros);
        putKey(oneKeys, i, pointA, choices, ones);
      }
      return run(pointA, choices);
    }
  }

  private static void requireChoices(int count, NativeBuffer choices, NativeBuffer pointA) {
    requirePoints(count, choices);
    for (int i = 0; i < count; i++) {
      if (Arrays.equals(point(choices, i), point(pointA, 0))) {
        throw new PeerViolationException("a base OT choice repeats the sender's point");
      }
    }
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
    try (Scope scope = new Scope()) {
      NativeBuffer pointA = scope.allocate(POINT_BYTES);
      channel.receive(OtMessages.BASE_OT_POINT, pointA.bytes());
      requirePoints(1, pointA);

      NativeBuffer scalars = scope.allocate((long) count * SCALAR_BYTES);
      drawScalars(random, count, scalars);
      NativeBuffer message = scope.allocate((long) count * POINT_BYTES);
      NativeBuffer shared = scope.allocate((long) count * POINT_BYTES);
      CurvePoints.choose(count, pointA, scalars, choices, message, shared);
      channel.send(OtMessages.BASE_OT_CHOICES, message.bytes());
      channel.flush();
      for (int i = 0; i < count; i++) {
        putKey(keys, i, pointA, message, shared);
      }
      return run(pointA, message);
    }
  }

  private static byte[] run(NativeBuffer pointA, NativeBuffer choices) {
    MessageDigest digest = sha256();
    digest.update(RUN_DOMAIN);
    digest.update(pointA.bytes());
    digest.update(choices.bytes());
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** What the sender of so many transfers sends, receives and waits for. */
  public static Traffic senderTraffic(int count) {
    return new Traffic(
        Channel.HEADER_BYTES + (long) POINT_BYTES,
        Channel.HEADER_BYTES + (long) count * POINT_BYTES,
        1);
  }

  /**
   * Checks points from the peer.
   *
   * @throws PeerViolationException if one is not a compressed point other than infinity
   */
  static void requirePoints(int count, NativeBuffer points) {
    // The curve's cofactor is 1, so a point of the curve is one of the group.
    if (!CurvePoints.arePoints(count, points)) {
      throw new PeerViolationException("a base OT point is not a compressed point of the group");
    }
  }

  private static byte[] point(NativeBuffer points, int index) {
    byte[] point = new byte[POINT_BYTES];
    points.bytes().get(index * POINT_BYTES, point);
    return point;
  }

  private static void putKey(
      NativeBuffer keys,
      int index,
      NativeBuffer pointA,
      NativeBuffer choices,
      NativeBuffer shared) {
    MessageDigest digest = sha256();
    digest.update(DOMAIN);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, index));
    digest.update(pointA.bytes());
    digest.update(point(choices, index));
    byte[] secret = point(shared, index);
    digest.update(secret);
    byte[] hash = digest.digest();
    keys.bytes().put(index * KEY_BYTES, hash, 0, KEY_BYTES);
    Arrays.fill(hash, (byte) 0);
    Arrays.fill(secret, (byte) 0);
  }

  /** Uniform in 1..order - 1, by rejection. */
  private static void drawScalars(SecureRandom random, int count, NativeBuffer scalars) {
    byte[] bytes = new byte[SCALAR_BYTES];
    for (int i = 0; i < count; i++) {
      do {
        random.nextBytes(bytes);
      } while (!isScalar(bytes));
      scalars.bytes().put(i * SCALAR_BYTES, bytes);
    }
    Arrays.fill(bytes, (byte) 0);
  }

  /** Whether it is within 1..order - 1, in as much time whatever it is. */
  private static boolean isScalar(byte[] bytes) {
    int borrow = 0;
    int any = 0;
    for (int i = SCALAR_BYTES - 1; i >= 0; i--) {
      int difference = (bytes[i] & 0xff) - (ORDER[i] & 0xff) - borrow;
      borrow = difference >>> 31;
      any |= bytes[i] & 0xff;
    }
    int zero = (any - 1) >>> 31;
    return (borrow & ~zero) != 0;
  }
}
