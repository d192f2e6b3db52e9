package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.natives.CpuFeatures.Feature;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The native samplers against docs/protocol.md, section 3, written down with the JDK's AES. */
@ExtendWith(LeakCheck.class)
class RingSamplingTest {
  private static final int SECRET_KEY = 1;
  private static final int PUBLIC_KEY_A = 2;
  private static final int PUBLIC_KEY_NOISE = 3;
  private static final int CIPHERTEXT_C1 = 4;
  private static final int CIPHERTEXT_NOISE = 5;
  private static final int ZERO_TERNARY = 6;
  private static final int ZERO_NOISE = 9;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = new Scope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({"10,20", "11,39", "11,54", "13,20", "12,60"})
  void everyPathDrawsWhatTheTwinDraws(int logDegree, int bits) {
    NativeRing ring = scope.own(NativeRing.create(logDegree, bits));
    long index = (1L << 40) + 3;
    for (Set<Feature> features : CpuFeatures.generations()) {
      try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features)) {
        assertThat(restriction).isNotNull();
        NativeBuffer drawn = polynomials(ring, 2);
        ring.expandUniform(seed(20), index, 2, drawn);
        for (int i = 0; i < 2; i++) {
          assertThat(row(ring, drawn, i))
              .as("c1 on %s", features)
              .isEqualTo(uniform(ring, new Stream(seed(20), CIPHERTEXT_C1, index + i)));
        }
        for (int key = 0; key < 3; key++) {
          assertThat(secretKey(ring, seed(key)))
              .as("secret key %d on %s", key, features)
              .isEqualTo(ternary(ring, new Stream(seed(key), SECRET_KEY, 0)));
        }
        assertThat(encryptionNoise(ring, seed(23), index))
            .as("noise on %s", features)
            .isEqualTo(noise(ring, new Stream(seed(23), CIPHERTEXT_NOISE, index)));
      }
    }
  }

  /** (c0, c1) + (b*u, a*u + e) with everything drawn by the twin. */
  @Test
  void rerandomisingAddsTheEncryptionOfZeroThatTheSeedGives() {
    NativeRing ring = scope.own(NativeRing.create(11, 45));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    NativeBuffer b = polynomials(ring, 1);
    ring.publicKey(key, seed(2), seed(3), b);
    NativeKey publicKey = scope.own(ring.importPublicKey(seed(2), b));
    NativeBuffer a = publicKey.polynomials(ring, NativeKey.Kind.PUBLIC).slice(0, ring.bytes(1));
    assertThat(longs(a)).isEqualTo(uniform(ring, new Stream(seed(2), PUBLIC_KEY_A, 0)));

    NativeBuffer c0 = polynomials(ring, 1);
    NativeBuffer c1 = polynomials(ring, 1);
    ring.rerandomise(publicKey, seed(4), 9, 1, c0, c1);

    // decrypt(c0, c1, key) = c0 + c1*key: u stands in for the key.
    NativeBuffer u = polynomials(ring, 1);
    u.longs().put(ternary(ring, new Stream(seed(4), ZERO_TERNARY, 9)));
    ring.toNtt(u, 1);
    assertThat(longs(c0)).isEqualTo(longs(product(ring, b, u)));
    assertThat(longs(c1))
        .isEqualTo(sum(ring, product(ring, a, u), new Stream(seed(4), ZERO_NOISE, 9)));

    // b = -(a*s) + e: what is left of b when a*s is added is e.
    NativeBuffer secret = key.polynomials(ring, NativeKey.Kind.SECRET);
    NativeBuffer left = polynomials(ring, 1);
    left.bytes().put(b.bytes());
    ring.fromNtt(left, 1);
    FixedPointKernel.addMod(left, product(ring, a, secret), ring.modulus());
    assertThat(longs(left)).isEqualTo(noise(ring, new Stream(seed(3), PUBLIC_KEY_NOISE, 0)));
  }

  @Test
  void numbersThatAreLeftOutLeaveNoGap() {
    NativeRing ring = scope.own(NativeRing.create(13, 20));
    int leftOut = 0;
    for (int key = 0; key < 40; key++) {
      Stream stream = new Stream(seed(key), SECRET_KEY, 0);
      long[] expected = ternary(ring, stream);
      assertThat(secretKey(ring, seed(key))).as("seed %d", key).isEqualTo(expected);
      leftOut += stream.leftOut;
    }
    assertThat(leftOut).as("the seeds are fixed: some numbers are left out").isPositive();
  }

  @Test
  void ternaryIsBalanced() {
    NativeRing ring = scope.own(NativeRing.create(13, 30));
    long[] counts = new long[3];
    int keys = 30;
    for (int key = 0; key < keys; key++) {
      for (long value : secretKey(ring, seed(100 + key))) {
        counts[(int) (value > 1 ? 2 : value)]++;
      }
    }
    double[] expected = new double[3];
    Arrays.fill(expected, keys * 8192 / 3.0);
    // Two degrees of freedom: above 23 with probability 1e-5; the seeds are fixed.
    assertThat(chiSquare(counts, expected)).as("seeds 100 to 129").isLessThan(23);
  }

  @Test
  void noiseIsCentredBinomial() {
    NativeRing ring = scope.own(NativeRing.create(13, 40));
    long[] counts = new long[43];
    int polynomials = 60;
    for (int i = 0; i < polynomials; i++) {
      for (long value : encryptionNoise(ring, seed(30), i)) {
        counts[(int) (value > ring.modulus() / 2 ? value - ring.modulus() : value) + 21]++;
      }
    }
    // The number of ones among 42 fair bits, less 21. Cells below 5 expected are put together.
    double total = polynomials * 8192.0;
    double[] expected = new double[43];
    double choose = 1;
    for (int ones = 0; ones <= 42; ones++) {
      expected[ones] = total * choose / Math.pow(2, 42);
      choose = choose * (42 - ones) / (ones + 1);
    }
    int first = 0;
    while (expected[first] < 5) {
      expected[first + 1] += expected[first];
      counts[first + 1] += counts[first];
      expected[42 - first - 1] += expected[42 - first];
      counts[42 - first - 1] += counts[42 - first];
      first++;
    }
    long[] inner = Arrays.copyOfRange(counts, first, 43 - first);
    assertThat(inner.length).isBetween(27, 33);
    // At most 32 degrees of freedom: above 79 with probability 1e-5; the seed is fixed.
    assertThat(chiSquare(inner, Arrays.copyOfRange(expected, first, 43 - first)))
        .as("seed 30")
        .isBetween(5.0, 79.0);
  }

  private static double chiSquare(long[] counts, double[] expected) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
    }
    return sum;
  }

  private long[] secretKey(NativeRing ring, byte[] seed) {
    try (NativeKey key = ring.generateSecretKey(seed);
        NativeBuffer s = NativeBuffer.allocate(ring.bytes(1))) {
      s.bytes().put(key.polynomials(ring, NativeKey.Kind.SECRET).bytes());
      ring.fromNtt(s, 1);
      return longs(s);
    }
  }

  private static long[] encryptionNoise(NativeRing ring, byte[] seed, long index) {
    try (NativeKey key = ring.generateSecretKey(seed(1));
        NativeBuffer c0 = NativeBuffer.allocate(ring.bytes(1));
        NativeBuffer c1 = NativeBuffer.allocate(ring.bytes(1));
        NativeBuffer out = NativeBuffer.allocate(ring.bytes(1))) {
      ring.encryptSeeded(key, c0, 1, seed(2), seed, index, c0);
      ring.expandUniform(seed(2), index, 1, c1);
      ring.decrypt(key, c0, c1, 1, out);
      return longs(out);
    }
  }

  /** The product of two polynomials in NTT form, in coefficient form. */
  private NativeBuffer product(NativeRing ring, NativeBuffer a, NativeBuffer b) {
    NativeBuffer product = polynomials(ring, 1);
    long[] left = longs(a);
    long[] right = longs(b);
    for (int i = 0; i < left.length; i++) {
      product
          .longs()
          .put(
              i,
              BigInteger.valueOf(left[i])
                  .multiply(BigInteger.valueOf(right[i]))
                  .mod(BigInteger.valueOf(ring.modulus()))
                  .longValueExact());
    }
    ring.fromNtt(product, 1);
    return product;
  }

  private static long[] sum(NativeRing ring, NativeBuffer product, Stream errors) {
    long[] noise = noise(ring, errors);
    long[] result = longs(product);
    for (int i = 0; i < result.length; i++) {
      result[i] = (result[i] + noise[i]) % ring.modulus();
    }
    return result;
  }

  private static long[] uniform(NativeRing ring, Stream stream) {
    long[] result = new long[ring.degree()];
    for (int filled = 0; filled < result.length; ) {
      long candidate = stream.next(Long.BYTES) & ((1L << ring.modulusBits()) - 1);
      if (candidate < ring.modulus()) {
        result[filled++] = candidate;
      }
    }
    return result;
  }

  private static long[] ternary(NativeRing ring, Stream stream) {
    long[] result = new long[ring.degree()];
    for (int filled = 0; filled < result.length; ) {
      long candidate = stream.next(Short.BYTES);
      if (candidate == 0xffff) {
        stream.leftOut++;
      } else {
        long rest = candidate % 3;
        result[filled++] = rest == 2 ? ring.modulus() - 1 : rest;
      }
    }
    return result;
  }

  private static long[] noise(NativeRing ring, Stream stream) {
    long[] result = new long[ring.degree()];
    for (int i = 0; i < result.length; i++) {
      long bits = stream.next(Long.BYTES);
      int value = Long.bitCount(bits & 0x1fffff) - Long.bitCount(bits >>> 32 & 0x1fffff);
      result[i] = Math.floorMod((long) value, ring.modulus());
    }
    return result;
  }

  /** Block i is AES-256 under the seed of index (8) || purpose (4) || i (4), little-endian. */
  private static final class Stream {
    private static final int BLOCKS_AT_ONCE = 256;

    private final Cipher cipher;
    private final int purpose;
    private final long index;
    private int nextBlock;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int leftOut;

    Stream(byte[] seed, int purpose, long index) {
      this.purpose = purpose;
      this.index = index;
      try {
        cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(seed, "AES"));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The next little-endian number of so many bytes. */
    long next(int size) {
      if (!bytes.hasRemaining()) {
        ByteBuffer blocks = ByteBuffer.allocate(16 * BLOCKS_AT_ONCE);
        blocks.order(ByteOrder.LITTLE_ENDIAN);
        while (blocks.hasRemaining()) {
          blocks.putLong(index).putInt(purpose).putInt(nextBlock++);
        }
        try {
          bytes = ByteBuffer.wrap(cipher.doFinal(blocks.array())).order(ByteOrder.LITTLE_ENDIAN);
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException(e);
        }
      }
      return size == Long.BYTES ? bytes.getLong() : bytes.getShort() & 0xffffL;
    }
  }

  private NativeBuffer polynomials(NativeRing ring, int count) {
    return scope.allocate(ring.bytes(count));
  }

  private static long[] row(NativeRing ring, NativeBuffer rows, int row) {
    return longs(rows.slice(ring.bytes(row), ring.bytes(1)));
  }

  private static long[] longs(NativeBuffer buffer) {
    long[] result = new long[(int) (buffer.size() / Long.BYTES)];
    buffer.longs().get(result);
    return result;
  }

  private static byte[] seed(int first) {
    byte[] seed = new byte[NativeRing.SEED_BYTES];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) (first + i * i);
    }
    return seed;
  }
}
