package io.sotto.gc.ot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.CurvePoints;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The native curve beside Bouncy Castle's, point by point. */
@ExtendWith(LeakCheck.class)
class CurvePointsTest {
  private static final long SEED = 20261128;
  private static final ECPoint G = CustomNamedCurves.getByName("P-256").getG();
  private static final BigInteger ORDER = CustomNamedCurves.getByName("P-256").getN();
  private static final BigInteger PRIME = G.getCurve().getField().getCharacteristic();

  /** Random ones, and those at whose windows additions have equal, opposite or no points. */
  private static List<BigInteger> scalars() {
    List<BigInteger> scalars = new ArrayList<>();
    for (long small = 1; small <= 17; small++) {
      scalars.add(BigInteger.valueOf(small));
      scalars.add(ORDER.subtract(BigInteger.valueOf(small)));
    }
    for (int bit = 4; bit < 256; bit += 21) {
      scalars.add(BigInteger.ONE.shiftLeft(bit));
      scalars.add(BigInteger.ONE.shiftLeft(bit).subtract(BigInteger.ONE));
    }
    Random random = new Random(SEED);
    while (scalars.size() < 100) {
      scalars.add(new BigInteger(255, random));
    }
    return scalars;
  }

  private static void put(NativeBuffer scalars, int index, BigInteger scalar) {
    for (int i = 0; i < CurvePoints.SCALAR_BYTES; i++) {
      int at = CurvePoints.SCALAR_BYTES * index + CurvePoints.SCALAR_BYTES - 1 - i;
      scalars.bytes().put(at, scalar.shiftRight(8 * i).byteValue());
    }
  }

  private static byte[] point(NativeBuffer points, int index) {
    byte[] point = new byte[CurvePoints.POINT_BYTES];
    points.bytes().get(CurvePoints.POINT_BYTES * index, point);
    return point;
  }

  private static byte[] encoded(ECPoint point) {
    return point.normalize().getEncoded(true);
  }

  @Test
  void theReceiversPointsAreThose() {
    List<BigInteger> scalars = scalars();
    int count = scalars.size();
    BigInteger a = new BigInteger(255, new Random(SEED + 1));
    ECPoint base = G.multiply(a);
    try (Scope scope = new Scope()) {
      NativeBuffer basePoint = scope.allocate(CurvePoints.POINT_BYTES);
      basePoint.bytes().put(encoded(base));
      NativeBuffer secrets = scope.allocate((long) CurvePoints.SCALAR_BYTES * count);
      NativeBuffer choices = scope.allocate((count + 7) / 8);
      NativeBuffer points = scope.allocate((long) CurvePoints.POINT_BYTES * count);
      NativeBuffer shared = scope.allocate((long) CurvePoints.POINT_BYTES * count);
      for (int i = 0; i < count; i++) {
        put(secrets, i, scalars.get(i));
      }
      new Random(SEED + 2).ints(choices.size()).forEach(new Filler(choices)::add);

      CurvePoints.choose(count, basePoint, secrets, choices, points, shared);

      assertThat(CurvePoints.arePoints(count, points)).isTrue();
      for (int i = 0; i < count; i++) {
        BigInteger scalar = scalars.get(i);
        boolean one = (choices.bytes().get(i / 8) >> (i % 8) & 1) != 0;
        ECPoint expected = G.multiply(scalar);
        assertThat(point(points, i))
            .as("%s G, choice %s", scalar, one)
            .isEqualTo(encoded(one ? expected.add(base) : expected));
        assertThat(point(shared, i)).as("%s A", scalar).isEqualTo(encoded(base.multiply(scalar)));
      }
    }
  }

  /** Fills a buffer byte by byte. */
  private static final class Filler {
    private final NativeBuffer buffer;
    private int at;

    Filler(NativeBuffer buffer) {
      this.buffer = buffer;
    }

    void add(int value) {
      buffer.bytes().put(at++, (byte) value);
    }
  }

  @Test
  void theSendersPointsAreThose() {
    List<BigInteger> scalars = scalars();
    try (Scope scope = new Scope()) {
      NativeBuffer secret = scope.allocate(CurvePoints.SCALAR_BYTES);
      NativeBuffer basePoint = scope.allocate(CurvePoints.POINT_BYTES);
      NativeBuffer points = scope.allocate(2L * CurvePoints.POINT_BYTES);
      NativeBuffer zeros = scope.allocate(2L * CurvePoints.POINT_BYTES);
      NativeBuffer ones = scope.allocate(2L * CurvePoints.POINT_BYTES);
      ECPoint other = G.multiply(BigInteger.valueOf(0x1234567));
      for (BigInteger scalar : scalars) {
        ECPoint base = G.multiply(scalar);
        put(secret, 0, scalar);
        CurvePoints.generate(secret, basePoint);
        assertThat(point(basePoint, 0)).as("%s G", scalar).isEqualTo(encoded(base));
        points.bytes().put(encoded(other)).put(encoded(base.negate()));

        CurvePoints.share(2, basePoint, secret, points, zeros, ones);

        assertThat(point(zeros, 0)).isEqualTo(encoded(other.multiply(scalar)));
        assertThat(point(zeros, 1)).isEqualTo(encoded(base.negate().multiply(scalar)));
        assertThat(point(ones, 0)).isEqualTo(encoded(other.subtract(base).multiply(scalar)));
        assertThat(point(ones, 1)).isEqualTo(encoded(base.negate().twice().multiply(scalar)));
      }
    }
  }

  @Test
  void thePointsOfSmallNumbersAreBouncyCastles() {
    try (Scope scope = new Scope()) {
      NativeBuffer candidate = scope.allocate(CurvePoints.POINT_BYTES);
      for (int x = 0; x < 200; x++) {
        candidate.wipe();
        candidate.bytes().put((byte) (2 + x % 2)).put(32, (byte) x);
        assertThat(CurvePoints.arePoints(1, candidate))
            .as("x = %d", x)
            .isEqualTo(isPoint(candidate));
      }
    }
  }

  private static boolean isPoint(NativeBuffer candidate) {
    try {
      return G.getCurve().decodePoint(point(candidate, 0)).isValid();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void numbersBeyondThePrimeAreNoPoints() {
    try (Scope scope = new Scope()) {
      NativeBuffer candidate = scope.allocate(CurvePoints.POINT_BYTES);
      candidate.bytes().put((byte) 2).put(PRIME.add(BigInteger.valueOf(5)).toByteArray(), 1, 32);
      assertThat(CurvePoints.arePoints(1, candidate)).isFalse();
      assertThat(isPoint(candidate)).isFalse();
      assertThatThrownBy(() -> CurvePoints.arePoints(2, candidate))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
