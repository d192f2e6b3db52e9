package io.sotto.server.compile.layouts;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.InputBlock;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NttPolys;
import io.sotto.ckks.PolynomialMap;
import io.sotto.ckks.PublicKey;
import io.sotto.ckks.ReRandomised;
import io.sotto.ckks.ReRandomiser;
import io.sotto.ckks.Ring;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.SecretKey;
import io.sotto.ckks.SeededUpload;
import io.sotto.ckks.WeightMatrix;
import io.sotto.ckks.WeightsMemory;
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Measures {@link UnitCosts} on this machine, in some tenths of a second: each part of a linear
 * step on both sides, the fastest of several times.
 */
final class CostMeasurement implements AutoCloseable {
  private static final int COUNT = 32;
  private static final CiphertextMap.Part ALL = new CiphertextMap.Part(0, 1, 0, COUNT);
  private static final int TIMES = 7;
  private static final int SHORT_BITS = 34;
  private static final RingParameters RING = RingParameters.of(11, 46);

  private final Scope scope = new Scope();
  private final SecureRandom random = new SecureRandom();
  private final Ring ring = scope.own(Ring.create(RING));
  private final SecretKey secret = scope.own(SecretKey.generate(ring, random));
  private final PublicKey publicKey = scope.own(PublicKey.generate(secret, random));
  private final CoefficientPolys messages = scope.own(CoefficientPolys.allocate(ring, COUNT));

  static UnitCosts run() {
    try (CostMeasurement measurement = new CostMeasurement()) {
      return measurement.costs();
    }
  }

  private UnitCosts costs() {
    double upload = perOne(this::upload);
    try (InputBlock block = received();
        InputBlock taken = received();
        NttPolys c0 = taken.takeC0Ntt();
        PolynomialMap kept = polynomials(Long.MAX_VALUE);
        PolynomialMap anew = polynomials(0);
        LinearMap numbers = LinearMap.dense(COUNT, WeightMatrix.of(COUNT, weights(COUNT)))) {
      double product = perOne(() -> multiply(kept, c0, block.c1())) / COUNT;
      double withTransform = perOne(() -> multiply(anew, c0, block.c1())) / COUNT;
      double adds = perOne(() -> numbers.apply(block).close()) / COUNT;
      double result = perOne(() -> answer(kept.apply(c0, block.c1(), ALL))) - product * COUNT;
      return new UnitCosts(
          upload,
          product,
          Math.max(0, withTransform - product),
          Math.max(0, result),
          UnitCosts.DEFAULT.kilobyte(),
          2 * ring.degree() / adds);
    }
  }

  /** Microseconds for one of so many, in the fastest run. */
  private static double perOne(Runnable work) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TIMES; i++) {
      long start = System.nanoTime();
      work.run();
      least = Math.min(least, System.nanoTime() - start);
    }
    return least / 1e3 / COUNT;
  }

  private InputBlock received() {
    ByteBuffer wire = ByteBuffer.allocateDirect((int) SeededUpload.wireBytes(RING, COUNT));
    try (SeededUpload sent = SeededUpload.encrypt(secret, messages, random)) {
      sent.write(wire);
    }
    return InputBlock.read(ring, COUNT, wire.flip());
  }

  private void upload() {
    try (InputBlock block = received()) {
      block.takeC0Ntt().close();
    }
  }

  private static void multiply(PolynomialMap map, NttPolys c0, NttPolys c1) {
    map.apply(c0, c1, ALL).close();
  }

  private void answer(Accumulated results) {
    try (results;
        ReRandomised fresh = new ReRandomiser(publicKey).apply(results, random);
        NativeBuffer packed =
            NativeBuffer.allocate(((long) COUNT * ring.degree() * SHORT_BITS + 7) / 8)) {
      NativeBuffer c1 = fresh.c1().buffer();
      int numbers = COUNT * ring.degree();
      FixedPointKernel.fromRing(c1, ring.modulus(), SHORT_BITS, c1);
      PackKernel.pack(c1, numbers, SHORT_BITS, packed);
      PackKernel.unpack(packed, numbers, SHORT_BITS, 1L << SHORT_BITS, c1);
      secret.multiplyShort(c1, SHORT_BITS, COUNT, c1);
    }
  }

  private PolynomialMap polynomials(long memory) {
    PolynomialMap.Builder builder =
        new PolynomialMap.Builder(ring.degree(), COUNT, ring.degree() / 2, ring.degree());
    int[] places = IntStream.range(0, ring.degree() / 2).toArray();
    for (int result = 0; result < COUNT; result++) {
      for (int input = 0; input < COUNT; input++) {
        builder.term(input, places, weights(places.length / COUNT));
      }
      builder.endResult();
    }
    return builder.build(new WeightsMemory(memory));
  }

  private static int[] weights(int rows) {
    return new Random(1).ints((long) rows * COUNT, -100, 100).toArray();
  }

  @Override
  public void close() {
    scope.close();
  }
}
