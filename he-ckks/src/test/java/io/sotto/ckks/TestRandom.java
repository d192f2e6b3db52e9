package io.sotto.ckks;

import java.security.SecureRandom;
import java.util.Random;

/** Deterministic bytes where the library wants secure ones. */
final class TestRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final transient Random random;

  TestRandom(long seed) {
    this.random = new Random(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    random.nextBytes(bytes);
  }
}
