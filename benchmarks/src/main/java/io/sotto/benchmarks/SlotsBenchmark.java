package io.sotto.benchmarks;

import io.sotto.baselines.slots.EncryptedProduct;
import io.sotto.baselines.slots.EncryptedSlots;
import io.sotto.baselines.slots.EvaluationKeys;
import io.sotto.baselines.slots.SlotClient;
import io.sotto.baselines.slots.SlotContext;
import io.sotto.baselines.slots.SlotEvaluator;
import io.sotto.baselines.slots.SlotPlanner;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.WeightMatrix;
import io.sotto.natives.NativeBuffer;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What the CryptoNets-style baseline is made of, by SEAL, in its own parameters for MNIST. */
public class SlotsBenchmark extends KernelBenchmark {
  static final int INPUTS = 256;
  static final int OUTPUTS = 32;
  static final int DEGREE = 8192;

  private static final SlotPlanner.Layer LAYER = new SlotPlanner.Layer(0.5, true);
  private static final int LOWER_LEVEL = 2;

  private final SlotContext context =
      scope.own(SlotContext.create(SlotPlanner.choose(List.of(LAYER, LAYER)).parameters()));
  private final SlotClient client = scope.own(SlotClient.create(context));
  private final EvaluationKeys keys = scope.own(client.evaluationKeys(1));
  private final SlotEvaluator evaluator = new SlotEvaluator(context, keys);
  private final double[] values = random.doubles(context.slots()).toArray();
  private final EncryptedSlots fresh = scope.own(client.encrypt(values));
  private final EncryptedSlots upper = scope.own(evaluator.scale(fresh, 0.5));
  private final EncryptedSlots lower =
      scope.own(evaluator.scale(scope.own(evaluator.toLevel(fresh, LOWER_LEVEL)), 0.5));
  private final EncryptedProduct upperSums = squareAt(LOWER_LEVEL);
  private final EncryptedProduct lowerSums = squareAt(0);
  private final LinearMap map = scope.own(LinearMap.dense(INPUTS, weights()));
  private final NativeBuffer in = residues(INPUTS);
  private final NativeBuffer out = residues(OUTPUTS);

  private EncryptedProduct squareAt(int level) {
    EncryptedSlots factor = scope.own(evaluator.toLevel(fresh, level));
    return scope.own(evaluator.multiply(factor, factor));
  }

  private WeightMatrix weights() {
    int[] weights = new int[INPUTS * OUTPUTS];
    Arrays.setAll(weights, i -> random.nextInt(1 << 20) - (1 << 19));
    return WeightMatrix.of(OUTPUTS, weights);
  }

  private NativeBuffer residues(int rows) {
    NativeBuffer buffer = scope.allocate((long) rows * DEGREE * Long.BYTES);
    var words = buffer.longs();
    while (words.hasRemaining()) {
      words.put(random.nextInt(1 << 28));
    }
    return buffer;
  }

  @Benchmark
  public int encrypt() {
    try (EncryptedSlots encrypted = client.encrypt(values)) {
      return encrypted.level();
    }
  }

  /** Multiply-adds of residues. */
  @Benchmark
  @OperationsPerInvocation(INPUTS * OUTPUTS * DEGREE)
  public NativeBuffer linear() {
    map.apply(context.modulus(1), DEGREE, in, out);
    return out;
  }

  /** By SEAL's own means: encode a weight, multiply, add. */
  @Benchmark
  public int linearBySeal() {
    try (EncryptedSlots product = evaluator.scale(fresh, 0.25);
        EncryptedSlots sum = evaluator.add(product, upper)) {
      return sum.level();
    }
  }

  /** Of the first layer: rescale, square, rescale the three parts. */
  @Benchmark
  public int squareUpper() {
    return square(upper);
  }

  /** Of the second layer. */
  @Benchmark
  public int squareLower() {
    return square(lower);
  }

  private int square(EncryptedSlots product) {
    try (EncryptedSlots rescaled = evaluator.rescale(product);
        EncryptedProduct squared = evaluator.multiply(rescaled, rescaled);
        EncryptedProduct result = evaluator.rescale(squared)) {
      return result.hashCode();
    }
  }

  /** Of the second layer's sums of squares. */
  @Benchmark
  public int relineariseUpper() {
    return relinearise(upperSums);
  }

  /** Of the outputs' sums of squares. */
  @Benchmark
  public int relineariseLower() {
    return relinearise(lowerSums);
  }

  private int relinearise(EncryptedProduct sums) {
    try (EncryptedSlots relinearised = evaluator.relinearise(sums)) {
      return relinearised.level();
    }
  }
}
