package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way of a linear step, and how exact it is. */
@ExtendWith(LeakCheck.class)
class LinearStepTest {
  private static final int INPUTS = 30;
  private static final int OUTPUTS = 12;

  /** Everything that one step has: both parties' shares of the inputs, the map and its biases. */
  private static final class Step implements AutoCloseable {
    final Scope scope = new Scope();
    final TestRandom secure;
    final Ring ring;
    final SecretKey secretKey;
    final PublicKey publicKey;
    final LinearMap map;
    final long[] biases;
    final int images;
    final int wideBits;
    final NativeBuffer clientShares;
    final NativeBuffer serverShares;

    /** The map belongs to the step from now on; the shares have a row of images for each input. */
    Step(
        RingParameters parameters,
        int wideBits,
        LinearMap map,
        long[] biases,
        long[] clientShares,
        long[] serverShares,
        long seed) {
      this.secure = new TestRandom(seed);
      this.wideBits = wideBits;
      this.map = scope.own(map);
      this.biases = biases;
      this.images = clientShares.length / map.inputs();
      this.ring = scope.own(Ring.create(parameters));
      this.secretKey = scope.own(SecretKey.generate(ring, secure));
      PublicKey key = scope.own(PublicKey.generate(secretKey, secure));
      this.publicKey = scope.own(PublicKey.decode(ring, ByteBuffer.wrap(key.encode())));
      this.clientShares = copy(clientShares);
      this.serverShares = copy(serverShares);
    }

    private NativeBuffer copy(long[] numbers) {
      NativeBuffer copy = scope.allocate(numbers.length * (long) Long.BYTES);
      copy.longs().put(numbers);
      return copy;
    }

    /** Random shares of values of all sizes; those of the first image are of zeros. */
    static Step random(
        RingParameters parameters, int images, int wideBits, int weightBits, long seed) {
      Random random = new Random(seed);
      LinearMap map = randomMap(random, weightBits);
      long[] client = random.longs((long) INPUTS * images).toArray();
      long[] server = random.longs((long) INPUTS * images).toArray();
      for (int input = 0; input < INPUTS; input++) {
        server[input * images] = -client[input * images];
      }
      return new Step(parameters, wideBits, map, biases(wideBits, random), client, server, seed);
    }

    /** Some are at the ends of the range, and so are the first image's results. */
    private static long[] biases(int wideBits, Random random) {
      long top = 1L << (wideBits - 1);
      long[] biases = random.longs(OUTPUTS).toArray();
      long[] ends = {0, -1, 1, top, top - 1, top + 1};
      System.arraycopy(ends, 0, biases, 0, ends.length);
      return biases;
    }

    private static LinearMap randomMap(Random random, int weightBits) {
      int bound = 1 << weightBits;
      int half = OUTPUTS / 2;
      int[] all = new int[INPUTS];
      int[] few = new int[INPUTS];
      for (int i = 0; i < INPUTS; i++) {
        all[i] = i;
        few[i] = i % 3 == 0 ? LinearMap.PADDING : INPUTS - 1 - i;
      }
      int[] weights = random.ints((long) half * INPUTS, 1 - bound, bound).toArray();
      for (int i = 0; i < INPUTS; i++) {
        weights[i] = i % 2 == 0 ? bound - 1 : 1 - bound;
        weights[INPUTS + i] = bound - 1;
      }
      WeightMatrix matrix = WeightMatrix.of(half, weights);
      return LinearMap.builder(INPUTS, OUTPUTS)
          .block(all, 0, matrix)
          .block(few, half, matrix)
          .build();
    }

    /** W x + b modulo 2^L, by output and image. */
    long[] exact() {
      long[] x = new long[map.inputs() * images];
      Arrays.setAll(x, i -> clientShares.longs().get(i) + serverShares.longs().get(i));
      long[] v = map.applyPlain(x, images);
      Arrays.setAll(v, i -> v[i] + biases[i / images] & mask(wideBits));
      return v;
    }

    /** Client encrypts, server receives, adds its share, applies the map and adds the biases. */
    Accumulated accumulate() {
      int inputs = map.inputs();
      ByteBuffer wire =
          ByteBuffer.allocate(
              Math.toIntExact(
                  SeededUpload.SEED_BYTES
                      + SeededUpload.blockBytes(ring.parameters(), inputs, images)));
      try (CoefficientPolys messages =
              CoefficientPolys.encode(ring, clientShares, inputs, images, wideBits);
          SeededUpload upload = SeededUpload.encrypt(secretKey, messages, secure)) {
        upload.writeSeed(wire);
        upload.writeBlock(0, inputs, images, wire);
      }
      try (InputBlock.Receiver receiver = InputBlock.receive(ring, inputs, images)) {
        receiver.seed(wire.flip());
        receiver.block(wire);
        try (InputBlock block = receiver.finish()) {
          block.addShares(0, serverShares, inputs, wideBits);
          Accumulated result = map.apply(block);
          result.addBiases(biases, images, wideBits);
          return result;
        }
      }
    }

    ReRandomised respond() {
      try (Accumulated accumulated = accumulate()) {
        return new ReRandomiser(publicKey).apply(accumulated, secure);
      }
    }

    /** The client's product of a response of so many bits with its key, by output and image. */
    long[] products(ReRandomised response, int shortBits) {
      try (NativeBuffer c1 = NativeBuffer.allocate(response.c1().buffer().size())) {
        FixedPointKernel.fromRing(response.c1().buffer(), ring.modulus(), shortBits, c1);
        secretKey.multiplyShort(c1, shortBits, response.count(), c1);
        return heads(c1);
      }
    }

    /** What the shares add up to in half cells, modulo 2^(L + 1), by output and image. */
    long[] sums(ReRandomised response, int shortBits) {
      try (NativeBuffer server = NativeBuffer.allocate(response.c0().buffer().size())) {
        FixedPointKernel.fromRing(response.c0().buffer(), ring.modulus(), wideBits + 1, server);
        long[] sums = heads(server);
        long[] products = products(response, shortBits);
        int dropped = shortBits - wideBits - 1;
        Arrays.setAll(sums, i -> sums[i] + (products[i] >> dropped) & mask(wideBits + 1));
        return sums;
      }
    }

    /** The coefficients in use of each row. */
    long[] heads(NativeBuffer rows) {
      LongBuffer words = rows.longs();
      long[] heads = new long[map.outputs() * images];
      Arrays.setAll(heads, i -> words.get(i / images * ring.degree() + i % images));
      return heads;
    }

    /** How many results are neither 2v nor 2v + 1; and how many are 2v + 1. */
    int[] wrongAndOdd(int shortBits) {
      try (ReRandomised response = respond()) {
        long[] sums = sums(response, shortBits);
        long[] exact = exact();
        int[] counts = new int[2];
        for (int i = 0; i < sums.length; i++) {
          counts[0] += sums[i] >> 1 == exact[i] ? 0 : 1;
          counts[1] += (int) (sums[i] & 1);
        }
        return counts;
      }
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  private static long mask(int bits) {
    return (1L << bits) - 1;
  }

  /** The parameters that the planner chooses for a random step. */
  private static NoiseBound planned(int wideBits, int weightBits, long seed) {
    try (LinearMap map = Step.randomMap(new Random(seed), weightBits)) {
      return ParameterPlanner.choose(wideBits, map.maxL1Norm(), map.maxL2Norm());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2048, 26, 10, 1", "100, 26, 10, 2", "2, 20, 8, 3", "1, 26, 10, 4", "2047, 2, 1, 5",
    "2048, 32, 12, 6", "700, 18, 19, 7", "4096, 36, 12, 8", "1, 36, 2, 9", "4096, 30, 20, 10"
  })
  void sharesAddUpToTwiceTheValueOrOneMore(int images, int wideBits, int weightBits, long seed) {
    NoiseBound bound = planned(wideBits, weightBits, seed);
    try (Step step = Step.random(bound.parameters(), images, wideBits, weightBits, seed)) {
      int[] wrongAndOdd = step.wrongAndOdd(bound.shortBits());
      assertThat(wrongAndOdd[0]).as("seed %d", seed).isZero();
      if (images > 2) {
        int values = OUTPUTS * images;
        assertThat(wrongAndOdd[1]).as("seed %d", seed).isBetween(values / 4, values * 3 / 4);
      }
    }
  }

  /** All values of four bits, in all ways to share them, with all biases. */
  @Test
  void everySmallCaseIsExact() {
    int wideBits = 4;
    int size = 1 << wideBits;
    RingParameters parameters = RingParameters.insecureForTests(10, 25);
    int[] weights = new int[size * size];
    Arrays.setAll(weights, i -> i / size - size / 2);
    NoiseBound bound =
        ParameterPlanner.in(parameters, wideBits, size / 2.0, size / 2.0).orElseThrow();
    long[] client = new long[size * size];
    long[] server = new long[size * size];
    Arrays.setAll(client, i -> i % size);
    Arrays.setAll(server, i -> i / size);
    long[] biases = new long[size * size];
    Arrays.setAll(biases, i -> i % size);
    LinearMap map = LinearMap.dense(1, WeightMatrix.of(size * size, weights));
    try (Step step = new Step(parameters, wideBits, map, biases, client, server, 11)) {
      assertThat(step.wrongAndOdd(bound.shortBits())[0]).isZero();
    }
  }

  @Test
  void beyondTheBoundResultsAreWrong() {
    NoiseBound bound = planned(16, 20, 12);
    RingParameters parameters = bound.parameters();
    int shortBits = ParameterPlanner.minShortBits(16, 11);
    // The bound is some ten standard deviations.
    RingParameters smaller = parameters;
    while (new NoiseBound(smaller, 16, bound.l1Norm(), bound.l2Norm(), shortBits).halfCells() < 8) {
      smaller = RingParameters.of(11, smaller.modulusBits() - 1);
    }
    try (Step step = Step.random(smaller, 100, 16, 20, 12)) {
      assertThat(shortBits).isLessThanOrEqualTo(smaller.maxShortBits());
      assertThat(step.wrongAndOdd(shortBits)[0]).isGreaterThan(10);
    }
    try (Step step = Step.random(parameters, 100, 16, 20, 12)) {
      assertThat(step.wrongAndOdd(bound.shortBits())[0]).isZero();
      assertThat(step.wrongAndOdd(shortBits - 6)[0]).isGreaterThan(10);
    }
  }

  /** Values that aren't in the middle of their cells are wrong: half a cell is what it takes. */
  @Test
  void withoutTheCentreResultsAreWrong() {
    NoiseBound bound = planned(20, 8, 13);
    try (Step step = Step.random(bound.parameters(), 100, 20, 8, 13);
        Accumulated accumulated = step.accumulate()) {
      long half = step.ring.modulus() >> 21;
      LongBuffer c0 = accumulated.c0().buffer().longs();
      for (int i = 0; i < c0.limit(); i++) {
        c0.put(i, Math.floorMod(c0.get(i) - half, step.ring.modulus()));
      }
      try (ReRandomised response =
          new ReRandomiser(step.publicKey).apply(accumulated, step.secure)) {
        long[] sums = step.sums(response, bound.shortBits());
        long[] exact = step.exact();
        long wrong = IntStream.range(0, sums.length).filter(i -> sums[i] >> 1 != exact[i]).count();
        assertThat(wrong).isGreaterThan(sums.length / 4);
      }
    }
  }

  /** Noise of the decrypted response, and of its rounded form, against the proven bounds. */
  @ParameterizedTest
  @CsvSource({"11, 54, 36, 14", "11, 48, 36, 15", "12, 56, 40, 16"})
  void noiseStaysBelowTheBoundAndTheBoundIsNotSilly(
      int logDegree, int modulusBits, int shortBits, long seed) {
    RingParameters parameters = RingParameters.of(logDegree, modulusBits);
    int wideBits = 26;
    try (Step step = Step.random(parameters, parameters.degree(), wideBits, 10, seed);
        ReRandomised response = step.respond()) {
      NoiseBound bound =
          new NoiseBound(
              parameters, wideBits, step.map.maxL1Norm(), step.map.maxL2Norm(), shortBits);
      long[] exact = step.exact();
      double residues = bound.encoding() + bound.encryption();
      assertThat(largest(residueNoise(step, response, exact)))
          .as("seed %d", seed)
          .isBetween(residues / 20, residues);
      assertThat(largest(halfCellNoise(step, response, exact, shortBits)))
          .as("seed %d", seed)
          .isBetween(bound.halfCells() / 20, bound.halfCells());
    }
  }

  private static double largest(double[] numbers) {
    return Arrays.stream(numbers).max().orElseThrow();
  }

  /** How far the messages are from the middles of their cells, in residues. */
  private static double[] residueNoise(Step step, ReRandomised response, long[] exact) {
    BigInteger q = BigInteger.valueOf(step.ring.modulus());
    int scale = step.wideBits + 1;
    try (CoefficientPolys copy = CoefficientPolys.allocate(step.ring, response.count())) {
      copy.buffer().bytes().put(response.c1().buffer().bytes());
      try (NttPolys c1 = copy.toNtt();
          CoefficientPolys decrypted = step.secretKey.decrypt(response.c0(), c1)) {
        long[] messages = step.heads(decrypted.buffer());
        double[] noise = new double[messages.length];
        // Exact: multiples of 2^-(L + 1).
        Arrays.setAll(
            noise,
            i ->
                centred(
                    BigInteger.valueOf(messages[i])
                        .shiftLeft(scale)
                        .subtract(BigInteger.valueOf(2 * exact[i] + 1).multiply(q)),
                    q.shiftLeft(scale),
                    scale));
        return noise;
      }
    }
  }

  /** The same after the response's rounding, in half cells. */
  private static double[] halfCellNoise(
      Step step, ReRandomised response, long[] exact, int shortBits) {
    BigInteger q = BigInteger.valueOf(step.ring.modulus());
    long[] c0 = step.heads(response.c0().buffer());
    long[] products = step.products(response, shortBits);
    double[] noise = new double[c0.length];
    // Exact: multiples of 2^(L + 1) / (2^k q).
    Arrays.setAll(
        noise,
        i ->
            centred(
                    BigInteger.valueOf(c0[i])
                        .shiftLeft(shortBits)
                        .add(BigInteger.valueOf(products[i]).multiply(q))
                        .subtract(
                            BigInteger.valueOf(2 * exact[i] + 1)
                                .multiply(q)
                                .shiftLeft(shortBits - step.wideBits - 1)),
                    q.shiftLeft(shortBits),
                    shortBits - step.wideBits - 1)
                / step.ring.modulus());
    return noise;
  }

  /** The absolute value of the representative nearest to zero, divided by 2^fraction. */
  private static double centred(BigInteger value, BigInteger modulus, int fraction) {
    BigInteger positive = value.mod(modulus);
    return Math.scalb(positive.min(modulus.subtract(positive)).doubleValue(), -fraction);
  }

  @Test
  void reRandomisationChangesBothPartsAndUsesItsInputUp() {
    try (Step step = Step.random(RingParameters.of(11, 41), 10, 26, 10, 8);
        Accumulated accumulated = step.accumulate()) {
      long[] before = new long[OUTPUTS * 2048];
      accumulated.c0().buffer().longs().get(before);
      try (ReRandomised response =
          new ReRandomiser(step.publicKey).apply(accumulated, step.secure)) {
        long[] after = new long[before.length];
        response.c0().buffer().longs().get(after);
        int equal = 0;
        for (int i = 0; i < before.length; i++) {
          equal += before[i] == after[i] ? 1 : 0;
        }
        assertThat(equal).isLessThan(10);
        assertThatThrownBy(() -> accumulated.c0().buffer())
            .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> accumulated.c1().buffer())
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void formsConvertBackAndForth() {
    try (Ring ring = Ring.create(RingParameters.of(11, 41));
        CoefficientPolys polys = TestPolys.uniform(ring, 3, new TestRandom(9))) {
      long[] before = new long[3 * 2048];
      polys.buffer().longs().get(before);
      try (NttPolys ntt = polys.toNtt()) {
        assertThatThrownBy(polys::buffer).isInstanceOf(IllegalStateException.class);
        try (CoefficientPolys back = ntt.toCoefficients()) {
          long[] after = new long[before.length];
          back.buffer().longs().get(after);
          assertThat(after).isEqualTo(before);
        }
      }
    }
  }

  @Test
  void ringsDoNotMix() {
    try (Step step = Step.random(RingParameters.of(11, 41), 1, 26, 10, 10);
        Ring other = Ring.create(RingParameters.of(11, 41));
        CoefficientPolys messages = CoefficientPolys.allocate(other, 1)) {
      assertThatThrownBy(() -> SeededUpload.encrypt(step.secretKey, messages, step.secure))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("share one Ring");
      try (InputBlock block = InputBlock.expand(other, new byte[32], messages)) {
        assertThatThrownBy(() -> step.map.apply(block))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("1 ciphertexts given to a map of 30 inputs");
      }
    }
  }

  @Test
  void refusesSizesThatDoNotFit() {
    try (Ring ring = Ring.create(RingParameters.of(11, 41));
        SecretKey key = SecretKey.generate(ring, new TestRandom(11));
        NativeBuffer numbers = NativeBuffer.allocate(3 * 2048 * 8)) {
      assertThatThrownBy(() -> CoefficientPolys.encode(ring, numbers, 3, 2049, 26))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2048");
      assertThatThrownBy(() -> CoefficientPolys.encode(ring, numbers, 2, 2048, 26))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> CoefficientPolys.allocate(ring, 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> key.multiplyShort(numbers, 30, 3, numbers))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 29");
      assertThatThrownBy(() -> key.multiplyShort(numbers, 29, 2, numbers))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
