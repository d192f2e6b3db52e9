package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.ckks.CiphertextMap.Part;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeMemory;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class PolynomialMapTest {
  private static final Part ONE = new Part(0, 1, 0, 1);
  private static final RingParameters RING = RingParameters.of(11, 54);
  private static final int WIDE_BITS = 26;
  private static final WeightsMemory ANY = new WeightsMemory(Long.MAX_VALUE);

  /** More products than are transformed at once; some results have one product or none. */
  private static PolynomialMap.Builder random(
      Random random, int inputs, int results, int window, int span, int weightBits) {
    PolynomialMap.Builder builder = new PolynomialMap.Builder(RING.degree(), inputs, window, span);
    int bound = 1 << weightBits;
    for (int result = 0; result < results; result++) {
      int products = result == 0 ? 0 : 1 + random.nextInt(inputs);
      for (int input = 0; input < products; input++) {
        int[] places =
            random.ints(0, span).distinct().limit(1 + random.nextInt(Math.min(span, 40))).toArray();
        int[] weights = random.ints(places.length, 1 - bound, bound).toArray();
        weights[0] = random.nextBoolean() ? bound - 1 : 1 - bound;
        builder.term(input, places, weights);
      }
      builder.endResult();
    }
    return builder;
  }

  /** What a client sends, as the server has it. */
  private static InputBlock upload(SecretKey key, CoefficientPolys messages, TestRandom random) {
    try (SeededUpload upload = SeededUpload.encrypt(key, messages, random)) {
      int bytes = (int) SeededUpload.wireBytes(key.ring().parameters(), upload.count());
      ByteBuffer wire = ByteBuffer.allocate(bytes);
      upload.write(wire);
      return InputBlock.read(key.ring(), upload.count(), wire.flip());
    }
  }

  /** Numbers of all sizes in what is in use of each part of each polynomial, else zeros. */
  private static long[] values(Random random, int polynomials, int window, int span) {
    long[] values = new long[polynomials * RING.degree()];
    int together = RING.degree() / span;
    for (int i = 0; i < values.length; i++) {
      int place = i % RING.degree();
      boolean inUse = place < together * span && place % span < window;
      values[i] = inUse ? random.nextLong(1L << WIDE_BITS) : 0;
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "2048, 2048, 1, 12, 1",
    "300, 700, 2, 12, 2",
    "1, 1, 3, 20, 3",
    "64, 64, 1, 8, 4",
    "1000, 1024, 2, 19, 5"
  })
  void whatItMakesOfCiphertextsIsWhatItMakesInTheClearAndNoise(
      int window, int span, int groups, int weightBits, long seed) {
    Random random = new Random(seed);
    TestRandom secure = new TestRandom(seed);
    int inputs = 9;
    int results = 24;
    try (Scope scope = new Scope()) {
      Ring ring = scope.own(Ring.create(RING));
      SecretKey key = scope.own(SecretKey.generate(ring, secure));
      PolynomialMap map =
          scope.own(random(random, inputs, results, window, span, weightBits).build(ANY));
      assertThat(map.products()).isGreaterThan(64);
      long[] x = values(random, groups * inputs, window, span);
      NativeBuffer numbers = scope.allocate(x.length * (long) Long.BYTES);
      numbers.longs().put(x);
      CoefficientPolys messages =
          scope.own(
              CoefficientPolys.encode(ring, numbers, groups * inputs, RING.degree(), WIDE_BITS));
      InputBlock block = scope.own(upload(key, messages, secure));
      NttPolys c0 = scope.own(block.takeC0Ntt());

      Accumulated result = scope.own(map.apply(c0, block.c1(), new Part(0, groups, 0, results)));
      long[] decrypted = longs(scope.own(key.decrypt(result.c0(), result.c1())).buffer());
      NoiseBound bound = new NoiseBound(RING, WIDE_BITS, map.maxL1Norm(), map.maxL2Norm(), 40);
      double noise = largestNoise(decrypted, clear(map, x, groups));
      assertThat(noise)
          .as("seed %d", seed)
          .isBetween(map.maxL2Norm() / 20, bound.encoding() + bound.encryption());
    }
  }

  private static long[] clear(PolynomialMap map, long[] x, int groups) {
    int size = x.length / groups;
    return IntStream.range(0, groups)
        .mapToObj(group -> map.applyPlain(Arrays.copyOfRange(x, group * size, (group + 1) * size)))
        .flatMapToLong(Arrays::stream)
        .toArray();
  }

  /** How far residues are from those that stand for the values, at most. */
  private static double largestNoise(long[] residues, long[] values) {
    assertThat(residues).hasSameSizeAs(values);
    BigInteger q = BigInteger.valueOf(RING.modulus());
    BigInteger all = q.shiftLeft(WIDE_BITS);
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      BigInteger off =
          BigInteger.valueOf(residues[i])
              .shiftLeft(WIDE_BITS)
              .subtract(BigInteger.valueOf(values[i]).multiply(q))
              .mod(all);
      double distance = off.min(all.subtract(off)).doubleValue();
      largest = Math.max(largest, Math.scalb(distance, -WIDE_BITS));
    }
    return largest;
  }

  private static long[] longs(NativeBuffer buffer) {
    long[] numbers = new long[(int) (buffer.size() / Long.BYTES)];
    buffer.longs().get(numbers);
    return numbers;
  }

  /** Both parts of ciphertexts. */
  private static long[] bits(Accumulated result) {
    try (result) {
      return IntStream.of(0, 1)
          .mapToObj(part -> part == 0 ? result.c0().buffer() : result.c1().buffer())
          .flatMapToLong(buffer -> Arrays.stream(longs(buffer)))
          .toArray();
    }
  }

  /** All results at once, and in two parts, of which the second one starts in the middle. */
  @Test
  void weightsThatAreKeptOrNotGiveTheSame() {
    long seed = 6;
    int results = 24;
    WeightsMemory none = new WeightsMemory(0);
    WeightsMemory room = new WeightsMemory(Long.MAX_VALUE);
    try (Scope scope = new Scope()) {
      Ring ring = scope.own(Ring.create(RING));
      PolynomialMap.Builder weights = random(new Random(seed), 9, results, 100, 512, 12);
      PolynomialMap made = scope.own(weights.build(none));
      PolynomialMap kept = scope.own(weights.build(room));
      TestRandom secure = new TestRandom(seed);
      NttPolys c0 = scope.own(TestPolys.uniform(ring, 18, secure).toNtt());
      NttPolys c1 = scope.own(TestPolys.uniform(ring, 18, secure).toNtt());

      assertThat(room.taken()).isZero();
      long[] all = bits(kept.apply(c0, c1, new Part(0, 2, 0, results)));
      assertThat(room.taken()).isEqualTo(kept.products() * 2048L * Long.BYTES);
      assertThat(bits(made.apply(c0, c1, new Part(0, 2, 0, results)))).isEqualTo(all);
      assertThat(none.taken()).isZero();
      for (int[] part : new int[][] {{0, 1}, {0, 7}, {7, 17}, {23, 1}}) {
        for (int[] groups : new int[][] {{0, 2}, {0, 1}, {1, 1}}) {
          Part asked = new Part(groups[0], groups[1], part[0], part[1]);
          long[] some = bits(kept.apply(c0, c1, asked));
          assertThat(some).isEqualTo(part(all, results, asked));
          assertThat(bits(made.apply(c0, c1, asked))).isEqualTo(some);
        }
      }
      assertThat(Arrays.stream(all, 0, 2048).toArray()).containsOnly(0);
      assertThat(Arrays.stream(all).filter(number -> number != 0).count())
          .isGreaterThan(all.length * 9L / 10);
    }
    assertThat(room.taken()).isZero();
  }

  /** Of both parts some results of some of both groups. */
  private static long[] part(long[] all, int results, Part part) {
    int n = RING.degree();
    return IntStream.range(0, 4)
        .filter(i -> i % 2 >= part.firstGroup() && i % 2 < part.firstGroup() + part.groups())
        .map(i -> i * results + part.first())
        .boxed()
        .flatMapToLong(from -> Arrays.stream(all, from * n, (from + part.count()) * n))
        .toArray();
  }

  @Test
  void weightsTakeTheMemoryThatThereIsAndGiveItBack() {
    int bytes = 3 * 2048 * Long.BYTES;
    WeightsMemory memory = new WeightsMemory(2L * bytes - 1);
    try (Scope scope = new Scope()) {
      Ring ring = scope.own(Ring.create(RING));
      NttPolys inputs = scope.own(NttPolys.allocate(ring, 3));
      PolynomialMap first = identities(memory);
      PolynomialMap second = scope.own(identities(memory));
      PolynomialMap third = scope.own(identities(memory));
      bits(first.apply(inputs, inputs, ONE));
      bits(second.apply(inputs, inputs, ONE));
      assertThat(memory.taken()).isEqualTo(bytes);
      long before = NativeMemory.liveBytes();
      first.close();
      assertThat(memory.taken()).isZero();
      assertThat(before - NativeMemory.liveBytes()).isGreaterThanOrEqualTo(bytes);
      bits(third.apply(inputs, inputs, ONE));
      assertThat(memory.taken()).isEqualTo(bytes);
    }
    assertThat(memory.taken()).isZero();
    assertThatThrownBy(() -> new WeightsMemory(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** The sum of three inputs. */
  private static PolynomialMap identities(WeightsMemory memory) {
    PolynomialMap.Builder builder = new PolynomialMap.Builder(2048, 3, 2048, 2048);
    for (int input = 0; input < 3; input++) {
      builder.term(input, new int[] {0}, new int[] {1});
    }
    return builder.endResult().build(memory);
  }

  /**
   * In small rings, for all spans and windows, as many images as fit: the largest sum is of weights
   * that a coefficient of a result meets where inputs may hold numbers, the largest root of squares
   * is of those that it meets anywhere.
   */
  @Test
  void normsAreOfTheWeightsThatACoefficientMeets() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int degree = 1; degree <= 12; degree++) {
      for (int span = 1; span <= degree; span++) {
        for (int window = 1; window <= span; window++) {
          PolynomialMap.Builder builder = new PolynomialMap.Builder(degree, 2, window, span);
          for (int term = 0; term < 4; term++) {
            int count = 1 + random.nextInt(span);
            int[] places = random.ints(0, span).distinct().limit(count).toArray();
            builder.term(term % 2, places, random.ints(count, -9, 10).toArray());
            if (term % 2 == 1) {
              builder.endResult();
            }
          }
          requireNorms(builder, degree, window, span, seed);
        }
      }
    }
  }

  private static void requireNorms(
      PolynomialMap.Builder builder, int degree, int window, int span, long seed) {
    int together = degree / span;
    try (PolynomialMap map = builder.build(ANY)) {
      double[] sums = new double[map.results() * degree];
      double[] squares = new double[map.results() * degree];
      for (int i = 0; i < 2 * degree; i++) {
        long[] one = new long[2 * degree];
        one[i] = 1;
        long[] met = map.applyPlain(one);
        int place = i % degree;
        boolean inUse = place < together * span && place % span < window;
        for (int j = 0; j < met.length; j++) {
          sums[j] += inUse ? Math.abs(met[j]) : 0;
          squares[j] += met[j] * met[j];
        }
      }
      double largest = Arrays.stream(sums).max().orElseThrow();
      String which = "%d of %d in %d, seed %d".formatted(window, span, degree, seed);
      assertThat(map.maxL1Norm()).as(which).isGreaterThanOrEqualTo(largest);
      // With two images, or no gap behind the only one, some coefficient meets every window.
      if (together > 1 || span == degree) {
        assertThat(map.maxL1Norm()).as(which).isEqualTo(largest);
      }
      assertThat(map.maxL2Norm())
          .as(which)
          .isCloseTo(Math.sqrt(Arrays.stream(squares).max().orElseThrow()), within(1e-9));
    }
  }

  private static void refused(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatIsNoMap() {
    int[] one = {1};
    int[] twice = {1, 2, 2};
    refused("0 inputs", () -> new PolynomialMap.Builder(64, 0, 1, 1));
    refused("with 0 of 1 coefficients", () -> new PolynomialMap.Builder(64, 1, 0, 1));
    refused("with 3 of 2 coefficients", () -> new PolynomialMap.Builder(64, 1, 3, 2));
    refused("of degree 64", () -> new PolynomialMap.Builder(64, 1, 1, 65));
    PolynomialMap.Builder builder = new PolynomialMap.Builder(64, 2, 3, 4);
    refused("takes an input", () -> builder.term(-1, one, one));
    refused("takes an input", () -> builder.term(2, one, one));
    refused("has weights", () -> builder.term(0, one, new int[2]));
    refused("has weights", () -> builder.term(0, new int[0], new int[0]));
    refused("coefficient -1", () -> builder.term(0, new int[] {-1}, one));
    refused("coefficient 4", () -> builder.term(0, new int[] {4}, one));
    refused("coefficient 2 of a weight polynomial", () -> builder.term(0, twice, new int[3]));
    refused("20 bits", () -> builder.term(0, one, new int[] {1 << 20}));
    refused("a map has results", () -> new PolynomialMap.Builder(64, 2, 3, 4).build(ANY));
    builder.term(0, one, one);
    refused("two products of input 0", () -> builder.term(0, new int[] {2}, one));
    refused("every product is part of one", () -> builder.build(ANY));
  }

  @Test
  void refusesCiphertextsThatDoNotFit() {
    try (Scope scope = new Scope()) {
      Ring ring = scope.own(Ring.create(RING));
      PolynomialMap map = scope.own(identities(ANY));
      NttPolys six = scope.own(NttPolys.allocate(ring, 6));
      NttPolys three = scope.own(NttPolys.allocate(ring, 3));
      NttPolys four = scope.own(NttPolys.allocate(ring, 4));
      refused("6 and 3 parts", () -> map.apply(six, three, ONE));
      refused("4 and 4 parts", () -> map.apply(four, four, ONE));
      for (int[] range : new int[][] {{-1, 1}, {0, 0}, {0, 2}, {1, 1}, {1, Integer.MAX_VALUE}}) {
        for (Part part :
            List.of(new Part(0, 1, range[0], range[1]), new Part(range[0], range[1], 0, 1))) {
          assertThatThrownBy(() -> map.apply(three, three, part))
              .isInstanceOf(IndexOutOfBoundsException.class);
        }
      }
      bits(map.apply(three, three, ONE));
      Ring narrower = scope.own(Ring.create(RingParameters.of(11, 41)));
      NttPolys other = scope.own(NttPolys.allocate(narrower, 3));
      refused("whose weights are kept for", () -> map.apply(other, other, ONE));
      Ring larger = scope.own(Ring.create(RingParameters.of(12, 54)));
      NttPolys long0 = scope.own(NttPolys.allocate(larger, 3));
      refused("of degree 4096", () -> map.apply(long0, long0, ONE));
      refused("5 numbers given for 3 polynomials", () -> map.applyPlain(new long[5]));
    }
  }
}
