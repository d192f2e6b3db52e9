package io.sotto.benchmarks;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeRing;
import io.sotto.natives.PointwiseKernel;
import io.sotto.natives.PointwiseKernel.Sums;
import io.sotto.natives.PointwiseKernel.Terms;
import java.nio.IntBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What a linear step does with ciphertexts that have several elements of an image each. */
public class PolynomialBenchmark extends KernelBenchmark {
  static final int LOG_DEGREE = 11;
  static final int DEGREE = 1 << LOG_DEGREE;
  static final int MODULUS_BITS = 46;
  static final int INPUTS = 16;
  static final int RESULTS = 256;

  /** As many as no cache holds. */
  static final int WEIGHTS = INPUTS * RESULTS;

  static final int WEIGHT_BYTES = WEIGHTS * DEGREE * Long.BYTES;
  static final int IMAGES = 4;
  static final int POLYNOMIALS = 16;

  private final NativeRing ring = scope.own(NativeRing.create(LOG_DEGREE, MODULUS_BITS));
  private final byte[] seed = new byte[NativeRing.SEED_BYTES];
  private final NativeBuffer weights = uniform(WEIGHTS);
  private final NativeBuffer in0 = uniform(IMAGES * INPUTS);
  private final NativeBuffer in1 = uniform(IMAGES * INPUTS);
  private final NativeBuffer out0 = scope.allocate(ring.bytes(IMAGES * RESULTS));
  private final NativeBuffer out1 = scope.allocate(ring.bytes(IMAGES * RESULTS));
  private final Terms terms = terms();
  private final NativeBuffer small = scope.allocate(ring.bytes(POLYNOMIALS) / 2);
  private final NativeBuffer transformed = scope.allocate(ring.bytes(POLYNOMIALS));

  public PolynomialBenchmark() {
    IntBuffer coefficients = small.bytes().asIntBuffer();
    while (coefficients.hasRemaining()) {
      coefficients.put(random.nextInt(2001) - 1000);
    }
  }

  private NativeBuffer uniform(int count) {
    NativeBuffer polynomials = scope.allocate(ring.bytes(count));
    ring.expandUniform(seed, 0, count, polynomials);
    return polynomials;
  }

  /** Every result takes every input by weights of its own. */
  private Terms terms() {
    int[] starts = new int[RESULTS + 1];
    int[] input = new int[WEIGHTS];
    int[] weight = new int[WEIGHTS];
    for (int t = 0; t < WEIGHTS; t++) {
      starts[t / INPUTS + 1] = t + 1;
      input[t] = t % INPUTS;
      weight[t] = t;
    }
    return new Terms(RESULTS, ints(starts), ints(input), ints(weight));
  }

  private NativeBuffer ints(int[] values) {
    NativeBuffer buffer = scope.allocate((long) values.length * Integer.BYTES);
    buffer.bytes().asIntBuffer().put(values);
    return buffer;
  }

  private NativeBuffer accumulate(int images) {
    Sums sums = new Sums(ring.modulus(), DEGREE, images, INPUTS, terms);
    PointwiseKernel.accumulate(sums, in0, in1, weights, out0, out1);
    return out1;
  }

  /** Bytes of weights. */
  @Benchmark
  @OperationsPerInvocation(WEIGHT_BYTES)
  public NativeBuffer oneImage() {
    return accumulate(1);
  }

  /** Products of a weight and both parts of a ciphertext. */
  @Benchmark
  @OperationsPerInvocation(IMAGES * WEIGHTS)
  public NativeBuffer fourImages() {
    return accumulate(IMAGES);
  }

  @Benchmark
  @OperationsPerInvocation(POLYNOMIALS)
  public NativeBuffer weights() {
    ring.weightsToNtt(small, POLYNOMIALS, transformed);
    return transformed;
  }

  @Benchmark
  @OperationsPerInvocation(POLYNOMIALS)
  public NativeBuffer expand() {
    ring.expandUniform(seed, 0, POLYNOMIALS, transformed);
    return transformed;
  }
}
