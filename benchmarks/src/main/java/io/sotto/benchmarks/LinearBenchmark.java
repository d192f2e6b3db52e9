package io.sotto.benchmarks;

import io.sotto.ckks.InputBlock;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.LinearMapBuilder;
import io.sotto.ckks.SeededUpload;
import io.sotto.ckks.WeightMatrix;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Linear layers of the MNIST sample on ciphertexts; both parts of each are multiplied. */
public class LinearBenchmark extends CiphertextBenchmark {
  static final int DENSE_INPUTS = 845;
  static final int DENSE_OUTPUTS = 100;
  static final int DENSE_WORK = DENSE_INPUTS * DENSE_OUTPUTS * 2 * DEGREE;

  static final int SIDE = 28;
  static final int KERNEL = 5;
  static final int CHANNELS = 5;
  static final int POSITIONS = 13;
  static final int CONVOLUTION_WORK =
      POSITIONS * POSITIONS * CHANNELS * KERNEL * KERNEL * 2 * DEGREE;

  private static final int MAX_WEIGHT = 1 << 10;

  private final LinearMap denseMap =
      scope.own(LinearMap.dense(DENSE_INPUTS, weights(DENSE_OUTPUTS, DENSE_INPUTS)));
  private final LinearMap convolutionMap = scope.own(convolutionMap());
  private final InputBlock denseInputs = inputs(DENSE_INPUTS);
  private final InputBlock convolutionInputs = inputs(SIDE * SIDE);

  private WeightMatrix weights(int rows, int columns) {
    int[] weights = new int[rows * columns];
    Arrays.setAll(weights, i -> random.nextInt(2 * MAX_WEIGHT) - MAX_WEIGHT);
    return WeightMatrix.of(rows, weights);
  }

  /** 5x5 windows with stride 2 over an image that is padded by a row and a column. */
  private LinearMap convolutionMap() {
    LinearMapBuilder map = LinearMap.builder(SIDE * SIDE, POSITIONS * POSITIONS * CHANNELS);
    WeightMatrix weights = weights(CHANNELS, KERNEL * KERNEL);
    for (int position = 0; position < POSITIONS * POSITIONS; position++) {
      int[] refs = new int[KERNEL * KERNEL];
      for (int i = 0; i < refs.length; i++) {
        int y = position / POSITIONS * 2 + i / KERNEL - 1;
        int x = position % POSITIONS * 2 + i % KERNEL - 1;
        refs[i] = y < 0 || x < 0 ? LinearMap.PADDING : y * SIDE + x;
      }
      map.block(refs, position * CHANNELS, weights);
    }
    return map.build();
  }

  private InputBlock inputs(int count) {
    return scope.own(
        InputBlock.expand(
            ring, new byte[SeededUpload.SEED_BYTES], memory.polynomials(ring, count)));
  }

  @Benchmark
  @OperationsPerInvocation(DENSE_WORK)
  public int dense() {
    try (var result = denseMap.apply(denseInputs)) {
      return result.count();
    }
  }

  @Benchmark
  @OperationsPerInvocation(CONVOLUTION_WORK)
  public int convolution() {
    try (var result = convolutionMap.apply(convolutionInputs)) {
      return result.count();
    }
  }
}
