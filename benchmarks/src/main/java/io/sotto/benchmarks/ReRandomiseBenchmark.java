package io.sotto.benchmarks;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CoefficientPolys;
import io.sotto.ckks.InputBlock;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.LinearMapBuilder;
import io.sotto.ckks.PublicKey;
import io.sotto.ckks.ReRandomiser;
import io.sotto.ckks.SeededUpload;
import io.sotto.ckks.WeightMatrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** What the server spends on a ciphertext besides the layer's arithmetic. */
@SuppressWarnings("NullAway.Init") // JMH calls apply first
public class ReRandomiseBenchmark extends CiphertextBenchmark {
  static final int CIPHERTEXTS = 64;

  private final LinearMap identity = scope.own(identity());
  private final ReRandomiser reRandomiser =
      new ReRandomiser(scope.own(PublicKey.generate(secretKey, random)));
  private Accumulated result;

  private static LinearMap identity() {
    LinearMapBuilder map = LinearMap.builder(CIPHERTEXTS, CIPHERTEXTS);
    WeightMatrix one = WeightMatrix.of(1, new int[] {1});
    for (int i = 0; i < CIPHERTEXTS; i++) {
      map.block(new int[] {i}, i, one);
    }
    return map.build();
  }

  /** A result for each invocation, as re-randomising uses it up; this isn't measured. */
  @Setup(Level.Invocation)
  public void apply() {
    try (InputBlock inputs =
        InputBlock.expand(
            ring,
            new byte[SeededUpload.SEED_BYTES],
            CoefficientPolys.allocate(ring, CIPHERTEXTS))) {
      result = identity.apply(inputs);
    }
  }

  @Benchmark
  @OperationsPerInvocation(CIPHERTEXTS)
  public int reRandomise() {
    try (var fresh = reRandomiser.apply(result, random)) {
      return fresh.count();
    }
  }

  @TearDown(Level.Invocation)
  public void discard() {
    result.close();
  }
}
