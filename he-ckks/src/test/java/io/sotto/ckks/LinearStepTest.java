package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way of a linear step, and how exact it is. */
@ExtendWith(LeakCheck.class)
class LinearStepTest {
  private static final int INPUTS = 30;
  private static final int OUTPUTS = 12;
  private static final int WEIGHT_BITS = 10;

  /** Everything that one step has: both parties' shares of the inputs, and the map. */
  private static final class Step implements AutoCloseable {
    final Scope scope = new Scope();
    final TestRandom secure;
    final Ring ring;
    final SecretKey secretKey;
    final PublicKey publicKey;
    final LinearMap map;
    final int images;
    final int wideBits;
    final long[] values;
    final NativeBuffer clientShares;
    final NativeBuffer serverShares;

    Step(RingParameters parameters, int images, int valueBits, int wideBits, long seed) {
      this.secure = new TestRandom(seed);
      this.images = images;
      this.wideBits = wideBits;
      this.ring = scope.own(Ring.create(parameters));
      this.secretKey = scope.own(SecretKey.generate(ring, secure));
      PublicKey key = scope.own(PublicKey.generate(secretKey, secure));
      this.publicKey = scope.own(PublicKey.decode(ring, ByteBuffer.wrap(key.encode())));
      Random random = new Random(seed);
      this.map = scope.own(randomMap(random));
      this.values = new long[INPUTS * images];
      this.clientShares = scope.allocate(values.length * (long) Long.BYTES);
      this.serverShares = scope.allocate(values.length * (long) Long.BYTES);
      long mask = (1L << wideBits) - 1;
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(1 << valueBits) - (1L << (valueBits - 1));
        long share = random.nextLong() & mask;
        clientShares.longs().put(i, share);
        serverShares.longs().put(i, (values[i] - share) & mask);
      }
    }

    private static LinearMap randomMap(Random random) {
      int bound = 1 << WEIGHT_BITS;
      int half = OUTPUTS / 2;
      int[] all = new int[INPUTS];
      int[] few = new int[INPUTS];
      for (int i = 0; i < INPUTS; i++) {
        all[i] = i;
        few[i] = i % 3 == 0 ? LinearMap.PADDING : INPUTS - 1 - i;
      }
      WeightMatrix weights =
          WeightMatrix.of(half, random.ints((long) half * INPUTS, -bound, bound + 1).toArray());
      return LinearMap.builder(INPUTS, OUTPUTS)
          .block(all, 0, weights)
          .block(few, half, weights)
          .build();
    }

    /** Client encrypts, server receives, adds its share and applies the map. */
    Accumulated accumulate() {
      ByteBuffer wire =
          ByteBuffer.allocate(
              Math.toIntExact(
                  SeededUpload.SEED_BYTES
                      + SeededUpload.blockBytes(ring.parameters(), INPUTS, images)));
      try (CoefficientPolys messages =
              CoefficientPolys.encode(ring, clientShares, INPUTS, images, wideBits);
          SeededUpload upload = SeededUpload.encrypt(secretKey, messages, secure)) {
        upload.writeSeed(wire);
        upload.writeBlock(0, INPUTS, images, wire);
      }
      try (InputBlock.Receiver receiver = InputBlock.receive(ring, INPUTS, images)) {
        receiver.seed(wire.flip());
        receiver.block(wire);
        try (InputBlock block = receiver.finish()) {
          block.addShares(0, serverShares, INPUTS, wideBits);
          return map.apply(block);
        }
      }
    }

    ReRandomised respond() {
      try (Accumulated accumulated = accumulate()) {
        return new ReRandomiser(publicKey).apply(accumulated, secure);
      }
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"2048, 1", "100, 2", "1, 3"})
  void sharesOfTheResultAddUpToTheTwins(int images, long seed) {
    int shareBits = 16;
    int wideBits = 26;
    NoiseBound bound;
    try (Step probe = new Step(RingParameters.of(11, 41), 1, 10, wideBits, seed)) {
      bound =
          ParameterPlanner.choose(
              shareBits, wideBits, probe.map.maxL1Norm(), probe.map.maxL2Norm(), 1 / 4.0);
    }
    int shortBits = bound.shortBits();
    try (Step step = new Step(bound.parameters(), images, 10, wideBits, seed);
        ReRandomised response = step.respond();
        Scope scope = new Scope()) {
      Ring ring = step.ring;
      long q = ring.modulus();
      long bytes = response.c0().buffer().size();
      CoefficientPolys masks = scope.own(CoefficientPolys.uniform(ring, OUTPUTS, step.secure));
      NativeBuffer c0 = scope.allocate(bytes);
      NativeBuffer c1 = scope.allocate(bytes);
      FixedPointKernel.maskAndRound(response.c0().buffer(), masks.buffer(), q, shortBits, c0);
      FixedPointKernel.fromRing(response.c1().buffer(), q, shortBits, c1);
      NativeBuffer server = scope.allocate(bytes);
      FixedPointKernel.negateMod(masks.buffer(), q);
      FixedPointKernel.fromRing(masks.buffer(), q, shareBits, server);

      NativeBuffer client = scope.allocate(bytes);
      step.secretKey.multiplyShort(c1, shortBits, OUTPUTS, client);
      FixedPointKernel.finishShare(c0, client, shortBits, shareBits, client);

      FixedPointKernel.addBits(client, server, shareBits);
      long[] exact = step.map.applyPlain(step.values, images);
      int dropped = wideBits - shareBits;
      for (int output = 0; output < OUTPUTS; output++) {
        for (int image = 0; image < images; image++) {
          long twin = (exact[output * images + image] + (1L << (dropped - 1))) >> dropped;
          long got = client.longs().get(output * ring.degree() + image);
          long difference = (got - twin) << (Long.SIZE - shareBits) >> (Long.SIZE - shareBits);
          assertThat(difference)
              .as("output %d of image %d, seed %d", output, image, seed)
              .isBetween(-1L, 1L);
        }
      }
    }
  }

  /** Noise of the decrypted response, and of its rounded form, against the proven bounds. */
  @ParameterizedTest
  @CsvSource({"11, 41, 27, 4", "11, 36, 24, 5", "12, 56, 40, 6"})
  void noiseStaysBelowTheBoundAndTheBoundIsNotSilly(
      int logDegree, int modulusBits, int shortBits, long seed) {
    RingParameters parameters = RingParameters.of(logDegree, modulusBits);
    int images = parameters.degree();
    int wideBits = 26;
    try (Step step = new Step(parameters, images, 10, wideBits, seed);
        ReRandomised response = step.respond();
        Scope scope = new Scope()) {
      NoiseBound bound =
          new NoiseBound(parameters, step.map.maxL1Norm(), step.map.maxL2Norm(), shortBits);
      Ring ring = step.ring;
      long q = ring.modulus();
      long bytes = response.c0().buffer().size();
      NativeBuffer c0 = scope.allocate(bytes);
      NativeBuffer c1 = scope.allocate(bytes);
      NativeBuffer rounded = scope.allocate(bytes);
      FixedPointKernel.fromRing(response.c0().buffer(), q, shortBits, c0);
      FixedPointKernel.fromRing(response.c1().buffer(), q, shortBits, c1);
      step.secretKey.multiplyShort(c1, shortBits, OUTPUTS, rounded);
      FixedPointKernel.addBits(rounded, c0, shortBits);

      CoefficientPolys copy = scope.own(CoefficientPolys.allocate(ring, OUTPUTS));
      copy.buffer().bytes().put(response.c1().buffer().bytes());
      NttPolys c1Ntt = scope.own(copy.toNtt());
      CoefficientPolys decrypted = scope.own(step.secretKey.decrypt(response.c0(), c1Ntt));

      long[] exact = step.map.applyPlain(step.values, images);
      BigInteger modulus = BigInteger.valueOf(q);
      double largest = 0;
      double sum = 0;
      double largestRounded = 0;
      double sumRounded = 0;
      for (int i = 0; i < exact.length; i++) {
        // Exact up to the last bit: value * q / 2^L as a multiple of 2^-L.
        BigInteger ideal = BigInteger.valueOf(exact[i]).multiply(modulus);
        double noise =
            centred(
                BigInteger.valueOf(decrypted.buffer().longs().get(i))
                    .shiftLeft(wideBits)
                    .subtract(ideal),
                modulus.shiftLeft(wideBits),
                wideBits);
        // In units of the response's last place, q / 2^k.
        double roundedNoise =
            centred(
                BigInteger.valueOf(rounded.longs().get(i))
                    .shiftLeft(wideBits)
                    .subtract(BigInteger.valueOf(exact[i]).shiftLeft(shortBits)),
                BigInteger.ONE.shiftLeft(wideBits + shortBits),
                wideBits);
        largest = Math.max(largest, noise);
        sum += noise;
        largestRounded = Math.max(largestRounded, roundedNoise);
        sumRounded += roundedNoise;
      }
      double residues = bound.encoding() + bound.encryption();
      assertThat(largest).as("seed %d", seed).isLessThan(residues);
      assertThat(sum / exact.length).as("seed %d", seed).isGreaterThan(residues / 100);
      double lastPlaces = bound.lastPlaces(shortBits);
      assertThat(largestRounded).as("seed %d", seed).isLessThan(lastPlaces);
      assertThat(sumRounded / exact.length).as("seed %d", seed).isGreaterThan(lastPlaces / 100);
    }
  }

  /** The absolute value of the representative nearest to zero, divided by 2^fraction. */
  private static double centred(BigInteger value, BigInteger modulus, int fraction) {
    BigInteger positive = value.mod(modulus);
    return Math.scalb(positive.min(modulus.subtract(positive)).doubleValue(), -fraction);
  }

  @Test
  void reRandomisationChangesBothPartsAndUsesItsInputUp() {
    try (Step step = new Step(RingParameters.of(11, 41), 10, 10, 26, 8);
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
        CoefficientPolys polys = CoefficientPolys.uniform(ring, 3, new TestRandom(9))) {
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
    try (Step step = new Step(RingParameters.of(11, 41), 1, 10, 26, 10);
        Ring other = Ring.create(RingParameters.of(11, 41));
        CoefficientPolys messages = CoefficientPolys.allocate(other, 1);
        CoefficientPolys own = CoefficientPolys.allocate(step.ring, 1)) {
      assertThatThrownBy(() -> SeededUpload.encrypt(step.secretKey, messages, step.secure))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("share one Ring");
      assertThatThrownBy(() -> own.add(messages)).isInstanceOf(IllegalArgumentException.class);
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
