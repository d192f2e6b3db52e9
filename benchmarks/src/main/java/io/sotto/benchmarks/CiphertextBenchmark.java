package io.sotto.benchmarks;

import io.sotto.ckks.Ring;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.SecretKey;

/** A key in the ring of the MNIST sample. */
public abstract class CiphertextBenchmark extends KernelBenchmark {
  static final int LOG_DEGREE = 11;
  static final int DEGREE = 1 << LOG_DEGREE;
  static final int MODULUS_BITS = 39;

  final Ring ring = scope.own(Ring.create(RingParameters.of(LOG_DEGREE, MODULUS_BITS)));
  final SecretKey secretKey = scope.own(SecretKey.generate(ring, random));
}
