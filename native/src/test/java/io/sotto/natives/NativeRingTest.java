package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.CpuFeatures.Feature;
import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class NativeRingTest {

  private static final int MAX_NOISE = 21;

  // AES-256 computed apart, with Python: blocks 0 and 1 of purpose 4, index 10.
  private static final long PINNED_MODULUS = 35_184_372_060_161L;
  private static final long[] PINNED_EXPANSION = {
    27822230456849L, 25576790709170L, 28991944522345L, 1093973234723L
  };

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
  @CsvSource({"10,20", "10,60", "11,41", "11,54", "12,36", "13,20", "13,60"})
  void modulusIsAnNttPrimeOfTheAskedLength(int logDegree, int bits) {
    NativeRing ring = scope.own(NativeRing.create(logDegree, bits));
    assertThat(ring.degree()).isEqualTo(1 << logDegree);
    assertThat(64 - Long.numberOfLeadingZeros(ring.modulus())).isEqualTo(bits);
    assertThat(ring.modulus() % (2L << logDegree)).isEqualTo(1);
    assertThat(BigInteger.valueOf(ring.modulus()).isProbablePrime(60)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"10,20", "11,41", "11,54", "12,60"})
  void decryptsToTheMessagePlusSmallNoise(int logDegree, int bits) {
    NativeRing ring = scope.own(NativeRing.create(logDegree, bits));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    int count = 3;
    NativeBuffer messages = randomPolynomials(ring, count, 7);
    NativeBuffer c0 = polynomials(ring, count);
    NativeBuffer c1 = polynomials(ring, count);
    ring.encryptSeeded(key, messages, count, seed(2), seed(3), 5, c0);
    ring.expandUniform(seed(2), 5, count, c1);
    NativeBuffer decrypted = polynomials(ring, count);
    ring.decrypt(key, c0, c1, count, decrypted);

    long[] noise = centredDifference(ring, decrypted, messages);
    assertThat(Arrays.stream(noise).map(Math::abs).max().getAsLong())
        .isBetween(5L, (long) MAX_NOISE);
    double variance = Arrays.stream(noise).mapToDouble(e -> (double) e * e).average().getAsDouble();
    assertThat(variance).as("variance of 42 fair coins' difference").isBetween(9.0, 12.0);
  }

  @Test
  void encryptionMayOverwriteItsMessages() {
    NativeRing ring = scope.own(NativeRing.create(11, 45));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    NativeBuffer messages = randomPolynomials(ring, 2, 8);
    NativeBuffer apart = polynomials(ring, 2);
    ring.encryptSeeded(key, messages, 2, seed(2), seed(3), 0, apart);
    ring.encryptSeeded(key, messages, 2, seed(2), seed(3), 0, messages);
    assertThat(content(messages)).isEqualTo(content(apart));
  }

  @Test
  void sealDecryptsOurCiphertextsToTheSame() {
    NativeRing ring = scope.own(NativeRing.create(11, 54));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    NativeBuffer messages = randomPolynomials(ring, 1, 9);
    NativeBuffer c0 = polynomials(ring, 1);
    NativeBuffer c1 = polynomials(ring, 1);
    ring.encryptSeeded(key, messages, 1, seed(2), seed(3), 0, c0);
    ring.expandUniform(seed(2), 0, 1, c1);
    NativeBuffer ours = polynomials(ring, 1);
    ring.decrypt(key, c0, c1, 1, ours);
    NativeBuffer seals = polynomials(ring, 1);
    NativeCall.check(
        NativeFacade.sotto_ring_seal_decrypt(
            ring.handle.get(),
            key.polynomials(ring, NativeKey.Kind.SECRET).pointer(),
            c0.pointer(),
            c1.pointer(),
            seals.pointer()));
    assertThat(content(seals)).isEqualTo(content(ours));
  }

  @Test
  void expansionDependsOnSeedAndIndexOnly() {
    NativeRing client = scope.own(NativeRing.create(11, 45));
    NativeRing server = scope.own(NativeRing.create(11, 45));
    NativeBuffer atClient = polynomials(client, 4);
    NativeBuffer atServer = polynomials(server, 4);
    client.expandUniform(seed(4), 10, 4, atClient);
    server.expandUniform(seed(4), 10, 2, atServer);
    server.expandUniform(seed(4), 12, 2, atServer.slice(server.bytes(2), server.bytes(2)));
    assertThat(content(atClient)).isEqualTo(content(atServer));

    long[] first = content(atClient.slice(0, client.bytes(1)));
    assertThat(first).isNotEqualTo(content(atClient.slice(client.bytes(1), client.bytes(1))));
    client.expandUniform(seed(5), 10, 1, atClient);
    assertThat(content(atClient.slice(0, client.bytes(1)))).isNotEqualTo(first);
  }

  /** The wire depends on it: a change here is a change of protocol. */
  @Test
  void expansionIsPinned() {
    NativeRing ring = scope.own(NativeRing.create(11, 45));
    NativeBuffer c1 = polynomials(ring, 1);
    ring.expandUniform(seed(4), 10, 1, c1);
    assertThat(ring.modulus()).isEqualTo(PINNED_MODULUS);
    assertThat(Arrays.copyOf(content(c1), 4)).containsExactly(PINNED_EXPANSION);
  }

  @Test
  void purposesOfOneSeedAreUnrelated() {
    NativeRing ring = scope.own(NativeRing.create(10, 45));
    NativeBuffer expanded = polynomials(ring, 1);
    ring.expandUniform(seed(4), 0, 1, expanded);
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    NativeBuffer b = polynomials(ring, 1);
    ring.publicKey(key, seed(4), seed(4), b);
    NativeKey publicKey = scope.own(ring.importPublicKey(seed(4), b));
    NativeBuffer a = publicKey.polynomials(ring, NativeKey.Kind.PUBLIC).slice(0, ring.bytes(1));
    assertThat(content(a)).as("a of the public key").isNotEqualTo(content(expanded));
  }

  @Test
  void publicKeyIsAnEncryptionOfZero() {
    NativeRing ring = scope.own(NativeRing.create(11, 45));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    NativeBuffer b = polynomials(ring, 1);
    ring.publicKey(key, seed(2), seed(3), b);
    NativeKey publicKey = scope.own(ring.importPublicKey(seed(2), b));
    NativeBuffer a = publicKey.polynomials(ring, NativeKey.Kind.PUBLIC).slice(0, ring.bytes(1));
    ring.fromNtt(b, 1);
    NativeBuffer noise = polynomials(ring, 1);
    ring.decrypt(key, b, a, 1, noise);
    long[] centred = Arrays.stream(content(noise)).map(centre(ring)).map(Math::abs).toArray();
    assertThat(Arrays.stream(centred).max().getAsLong()).isBetween(5L, (long) MAX_NOISE);
  }

  @Test
  void rerandomisingKeepsTheMessageAndChangesEverythingElse() {
    NativeRing ring = scope.own(NativeRing.create(11, 45));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    NativeBuffer b = polynomials(ring, 1);
    ring.publicKey(key, seed(2), seed(3), b);
    NativeKey publicKey = scope.own(ring.importPublicKey(seed(2), b));

    int count = 2;
    NativeBuffer messages = randomPolynomials(ring, count, 10);
    List<long[]> c1Seen = new ArrayList<>();
    List<long[]> c0Seen = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      NativeBuffer c0 = polynomials(ring, count);
      NativeBuffer c1 = polynomials(ring, count);
      ring.encryptSeeded(key, messages, count, seed(5), seed(6), 0, c0);
      ring.expandUniform(seed(5), 0, count, c1);
      if (round > 0) {
        ring.rerandomise(publicKey, seed(7), (long) round * count, count, c0, c1);
        ring.toNtt(c1, count);
      }
      c0Seen.add(content(c0));
      c1Seen.add(content(c1));
      NativeBuffer decrypted = polynomials(ring, count);
      ring.decrypt(key, c0, c1, count, decrypted);
      long worst =
          Arrays.stream(centredDifference(ring, decrypted, messages))
              .map(Math::abs)
              .max()
              .getAsLong();
      // The input's noise and e*u + e2*s, two sums of up to N products of 21 and 1; six deviations.
      double deviation = 3.25 * Math.sqrt(2.0 * 2.0 / 3.0 * ring.degree() + 1);
      assertThat((double) worst).isLessThan(round == 0 ? MAX_NOISE + 1 : 6 * deviation);
    }
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < i; j++) {
        assertThat(equalPositions(c0Seen.get(i), c0Seen.get(j))).isLessThan(3);
        assertThat(equalPositions(c1Seen.get(i), c1Seen.get(j))).isLessThan(3);
      }
    }
    long[] sameIndices = new long[0];
    for (int repeat = 0; repeat < 2; repeat++) {
      NativeBuffer c0 = polynomials(ring, 1);
      NativeBuffer c1 = polynomials(ring, 1);
      ring.rerandomise(publicKey, seed(7), 99, 1, c0, c1);
      if (repeat == 1) {
        assertThat(content(c1)).as("the same seed and index").isEqualTo(sameIndices);
      }
      sameIndices = content(c1);
    }
  }

  @ParameterizedTest
  @CsvSource({"10,20,9", "11,41,24", "11,54,30", "12,60,47"})
  void decryptShortIsTheIntegerProduct(int logDegree, int bits, int k) {
    NativeRing ring = scope.own(NativeRing.create(logDegree, bits));
    NativeKey key = scope.own(ring.generateSecretKey(seed(11)));
    assertThat(ring.maxShortBits()).isGreaterThanOrEqualTo(k);
    int count = 2;
    Random random = new Random(k);
    NativeBuffer c1 = polynomials(ring, count);
    LongBuffer values = c1.longs();
    long mask = (1L << k) - 1;
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, random.nextLong() & mask);
    }
    NativeBuffer out = polynomials(ring, count);
    ring.decryptShort(key, c1, k, count, out);

    long[] secret = secretCoefficients(ring, key);
    long[] input = content(c1);
    long[] expected = new long[count * ring.degree()];
    for (int i = 0; i < count; i++) {
      long[] signed =
          Arrays.stream(input, i * ring.degree(), (i + 1) * ring.degree())
              .map(v -> v << (64 - k) >> (64 - k))
              .toArray();
      long[] product = negacyclicProduct(signed, secret);
      for (int j = 0; j < ring.degree(); j++) {
        expected[i * ring.degree() + j] = product[j] & mask;
      }
    }
    assertThat(content(out)).isEqualTo(expected);
    ring.decryptShort(key, c1, k, count, c1);
    assertThat(content(c1)).as("in place").isEqualTo(expected);
  }

  @Test
  void decryptShortIsExactAtItsExtremes() {
    NativeRing ring = scope.own(NativeRing.create(10, 30));
    NativeKey key = scope.own(ring.generateSecretKey(seed(11)));
    int k = ring.maxShortBits();
    long[] secret = secretCoefficients(ring, key);
    // Every term of coefficient 0 has the same sign and the largest magnitude, -2^(k-1).
    long[] worst = new long[ring.degree()];
    for (int j = 0; j < worst.length; j++) {
      int partner = (ring.degree() - j) % ring.degree();
      long sign = secret[partner] * (j == 0 ? 1 : -1);
      worst[j] = sign >= 0 ? -(1L << (k - 1)) : (1L << (k - 1)) - 1;
    }
    NativeBuffer c1 = polynomials(ring, 1);
    for (int j = 0; j < worst.length; j++) {
      c1.longs().put(j, worst[j] & ((1L << k) - 1));
    }
    ring.decryptShort(key, c1, k, 1, c1);
    long[] expected =
        Arrays.stream(negacyclicProduct(worst, secret)).map(v -> v & ((1L << k) - 1)).toArray();
    assertThat(content(c1)).isEqualTo(expected);
  }

  @Test
  void secretKeyIsTernaryAndBalanced() {
    NativeRing ring = scope.own(NativeRing.create(13, 40));
    NativeKey key = scope.own(ring.generateSecretKey(seed(12)));
    long[] secret = secretCoefficients(ring, key);
    for (int value = -1; value <= 1; value++) {
      long wanted = value;
      assertThat(Arrays.stream(secret).filter(v -> v == wanted).count())
          .as("how many are %d", value)
          .isBetween(8192L / 3 - 300, 8192L / 3 + 300);
    }
    NativeKey other = scope.own(ring.generateSecretKey(seed(13)));
    assertThat(secretCoefficients(ring, other)).isNotEqualTo(secret);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 41, 54, 60})
  void uniformIsUniform(int bits) {
    NativeRing ring = scope.own(NativeRing.create(10, bits));
    int count = 100;
    NativeBuffer out = polynomials(ring, count);
    ring.expandUniform(seed(20), 0, count, out);
    long[] values = content(out);
    int cells = 64;
    long[] high = new long[cells];
    long[] low = new long[cells];
    for (long value : values) {
      assertThat(value >= 0 && value < ring.modulus()).isTrue();
      high[(int) Math.floor((double) value / ring.modulus() * cells)]++;
      low[(int) (value % cells)]++;
    }
    // 63 degrees of freedom: above 124 with probability 1e-5; the seed is fixed, so this never
    // varies.
    assertThat(chiSquare(high, values.length)).as("leading bits, seed 20").isBetween(25.0, 124.0);
    assertThat(chiSquare(low, values.length)).as("trailing bits, seed 20").isBetween(25.0, 124.0);
  }

  @Test
  void transformsAreInverse() {
    NativeRing ring = scope.own(NativeRing.create(10, 41));
    NativeBuffer polynomials = randomPolynomials(ring, 3, 30);
    long[] before = content(polynomials);
    ring.toNtt(polynomials, 3);
    assertThat(content(polynomials)).isNotEqualTo(before);
    ring.fromNtt(polynomials, 3);
    assertThat(content(polynomials)).isEqualTo(before);
  }

  /** Without features the transforms are SEAL's own. */
  @ParameterizedTest
  @CsvSource({
    "10,20", "11,39", "11,45", "11,46", "12,45", "13,45", "10,50", "11,50", "11,51", "11,52",
    "11,53", "12,50", "12,52", "13,50", "13,52"
  })
  void transformsAndProductsAreSealsOnEveryPath(int logDegree, int bits) {
    NativeRing ring = scope.own(NativeRing.create(logDegree, bits));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    int count = 6;
    NativeBuffer inputs = randomPolynomials(ring, count, 30);
    LongBuffer values = inputs.longs();
    long q = ring.modulus();
    for (int i = 0; i < ring.degree(); i++) {
      values.put(i, q - 1);
      values.put(ring.degree() + i, i % 2 == 0 ? q - 1 : 0);
      values.put(2 * ring.degree() + i, (q + i % 2) / 2);
      values.put(3 * ring.degree() + i, 0);
    }
    List<long[]> seals = new ArrayList<>();
    for (Set<Feature> features : CpuFeatures.generations()) {
      try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features)) {
        assertThat(restriction).isNotNull();
        List<long[]> results = new ArrayList<>();
        NativeBuffer work = polynomials(ring, count);
        work.bytes().put(inputs.bytes());
        ring.toNtt(work, count);
        results.add(content(work));
        work.bytes().put(inputs.bytes());
        ring.fromNtt(work, count);
        results.add(content(work));
        ring.decrypt(key, polynomials(ring, count), inputs, count, work);
        results.add(content(work));
        if (features.isEmpty()) {
          seals.addAll(results);
        }
        for (int i = 0; i < results.size(); i++) {
          assertThat(results.get(i)).as("result %d on %s", i, features).isEqualTo(seals.get(i));
        }
      }
    }
    assertThat(seals).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"10,20", "11,46", "11,50", "11,52", "11,54", "12,60"})
  void weightsAreTransformedAsTheirResidues(int logDegree, int bits) {
    NativeRing ring = scope.own(NativeRing.create(logDegree, bits));
    int most = (1 << 20) - 1;
    int[] weights = new Random(bits).ints(2L * ring.degree(), -most, most + 1).toArray();
    weights[0] = most;
    weights[1] = -most;
    weights[2] = 0;
    NativeBuffer expected = polynomials(ring, 2);
    for (int i = 0; i < weights.length; i++) {
      expected.longs().put(i, Math.floorMod((long) weights[i], ring.modulus()));
    }
    ring.toNtt(expected, 2);
    NativeBuffer coefficients = scope.allocate(weights.length * (long) Integer.BYTES);
    coefficients.bytes().asIntBuffer().put(weights);
    for (Set<Feature> features : CpuFeatures.generations()) {
      try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features)) {
        assertThat(restriction).isNotNull();
        NativeBuffer out = polynomials(ring, 2);
        ring.weightsToNtt(coefficients, 2, out);
        assertThat(content(out)).as("on %s", features).isEqualTo(content(expected));
      }
    }
  }

  @Test
  void weightsThatAreWideOrSharedAreRefused() {
    NativeRing ring = scope.own(NativeRing.create(10, 40));
    NativeBuffer coefficients = scope.allocate(ring.bytes(1) / 2);
    NativeBuffer out = polynomials(ring, 1);
    for (int weight : new int[] {1 << 20, -(1 << 20), Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      coefficients.bytes().asIntBuffer().put(1023, weight);
      assertThatThrownBy(() -> ring.weightsToNtt(coefficients, 1, out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("20 bits");
    }
    assertThatThrownBy(() -> ring.weightsToNtt(coefficients, 2, polynomials(ring, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("coefficients");
    assertThatThrownBy(() -> ring.weightsToNtt(out, 1, out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("overlap");
  }

  @Test
  void manyThreadsMayUseOneRing() throws Exception {
    NativeRing ring = scope.own(NativeRing.create(11, 45));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    NativeBuffer messages = randomPolynomials(ring, 40, 31);
    NativeBuffer expected = polynomials(ring, 40);
    ring.encryptSeeded(key, messages, 40, seed(2), seed(3), 0, expected);

    NativeBuffer parallel = polynomials(ring, 40);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int index = i;
        long from = ring.bytes(1) * index;
        running.add(
            threads.submit(
                () ->
                    ring.encryptSeeded(
                        key,
                        messages.slice(from, ring.bytes(1)),
                        1,
                        seed(2),
                        seed(3),
                        index,
                        parallel.slice(from, ring.bytes(1)))));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(content(parallel)).isEqualTo(content(expected));
  }

  @Test
  void wrongUseGivesOneClearLine() {
    assertThatThrownBy(() -> NativeRing.create(14, 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a ring of degree 2^14; the degree is 2^10, 2^11, 2^12 or 2^13");
    assertThatThrownBy(() -> NativeRing.create(11, 61))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a modulus of 61 bits; it has 20 to 60 bits");

    NativeRing ring = scope.own(NativeRing.create(11, 45));
    NativeRing other = scope.own(NativeRing.create(11, 45));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    NativeBuffer one = polynomials(ring, 1);
    NativeBuffer two = polynomials(ring, 2);
    assertThatThrownBy(() -> ring.generateSecretKey(new byte[16]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the seed has 16 bytes; a seed has 32");
    assertThatThrownBy(() -> ring.encryptSeeded(key, one, 2, seed(1), seed(2), 0, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("messages is a buffer of 16384 bytes; it has to have at least 32768");
    assertThatThrownBy(() -> ring.encryptSeeded(key, two, 2, seed(1), seed(2), 0, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("c0Out is a buffer of 16384 bytes");
    assertThatThrownBy(() -> ring.encryptSeeded(key, one, -1, seed(1), seed(2), 0, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("-1 polynomials; the count is 0 or more");
    assertThatThrownBy(() -> ring.expandUniform(seed(1), -1, 1, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("indices from -1");
    assertThatThrownBy(() -> ring.expandUniform(seed(1), Long.MAX_VALUE, 1, one))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> other.decrypt(key, one, one, 1, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("this key belongs to another ring; make one in this ring");
    assertThatThrownBy(() -> ring.rerandomise(key, seed(1), 0, 1, one, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a SECRET key was given where a PUBLIC key is needed");
    assertThatThrownBy(() -> ring.decrypt(key, one, two, 1, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("c0 and out overlap; give buffers that share no memory");
    assertThatThrownBy(() -> ring.decryptShort(key, one, 34, 1, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "c1 of 34 bits; with N = 2048 and q of 45 bits the product is exact for 1 to 33");
  }

  @Test
  void whatTheNativeSideRefusesArrivesAsAnException() {
    NativeRing ring = scope.own(NativeRing.create(11, 45));
    NativeKey key = scope.own(ring.generateSecretKey(seed(1)));
    NativeBuffer messages = polynomials(ring, 1);
    NativeBuffer out = polynomials(ring, 1);
    messages.longs().put(2047, ring.modulus());
    assertThatThrownBy(() -> ring.encryptSeeded(key, messages, 1, seed(1), seed(2), 0, out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a message has a coefficient that is not below the ring's modulus");
    messages.longs().put(2047, 1 << 10);
    assertThatThrownBy(() -> ring.decryptShort(key, messages, 10, 1, out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("c1 has a value of more than k bits");
  }

  @Test
  void useAfterCloseThrows() {
    NativeRing ring = NativeRing.create(10, 30);
    NativeKey key = ring.generateSecretKey(seed(1));
    NativeBuffer one = polynomials(ring, 1);
    NativeBuffer two = polynomials(ring, 1);
    key.close();
    key.close();
    assertThatThrownBy(() -> ring.decrypt(key, one, one, 1, two))
        .isInstanceOf(IllegalStateException.class);
    ring.close();
    ring.close();
    assertThatThrownBy(() -> ring.toNtt(one, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this ring is closed");
  }

  private NativeBuffer polynomials(NativeRing ring, int count) {
    return scope.allocate(ring.bytes(count));
  }

  private NativeBuffer randomPolynomials(NativeRing ring, int count, long randomSeed) {
    NativeBuffer buffer = polynomials(ring, count);
    Random random = new Random(randomSeed);
    LongBuffer longs = buffer.longs();
    while (longs.hasRemaining()) {
      longs.put(Long.remainderUnsigned(random.nextLong(), ring.modulus()));
    }
    return buffer;
  }

  private long[] secretCoefficients(NativeRing ring, NativeKey key) {
    NativeBuffer secret = polynomials(ring, 1);
    secret.bytes().put(key.polynomials(ring, NativeKey.Kind.SECRET).bytes());
    ring.fromNtt(secret, 1);
    return Arrays.stream(content(secret)).map(centre(ring)).toArray();
  }

  private static long[] content(NativeBuffer buffer) {
    long[] result = new long[(int) (buffer.size() / Long.BYTES)];
    buffer.longs().get(result);
    return result;
  }

  private static byte[] seed(int fill) {
    byte[] result = new byte[NativeRing.SEED_BYTES];
    Arrays.fill(result, (byte) fill);
    return result;
  }

  private static LongUnaryOperator centre(NativeRing ring) {
    return v -> v > ring.modulus() / 2 ? v - ring.modulus() : v;
  }

  private static long[] centredDifference(NativeRing ring, NativeBuffer a, NativeBuffer b) {
    long[] left = content(a);
    long[] right = content(b);
    long[] result = new long[left.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = centre(ring).applyAsLong(Math.floorMod(left[i] - right[i], ring.modulus()));
    }
    return result;
  }

  /** The definition: X^N = -1, over the integers (wrapping at 2^64 is harmless modulo 2^k). */
  private static long[] negacyclicProduct(long[] a, long[] b) {
    int n = a.length;
    long[] result = new long[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (i + j < n) {
          result[i + j] += a[i] * b[j];
        } else {
          result[i + j - n] -= a[i] * b[j];
        }
      }
    }
    return result;
  }

  private static int equalPositions(long[] a, long[] b) {
    int result = 0;
    for (int i = 0; i < a.length; i++) {
      if (a[i] == b[i]) {
        result++;
      }
    }
    return result;
  }

  private static double chiSquare(long[] observed, int total) {
    double expected = (double) total / observed.length;
    return Arrays.stream(observed)
        .mapToDouble(o -> (o - expected) * (o - expected) / expected)
        .sum();
  }
}
