package io.sotto.ckks;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Consumer;

/** Seeds of the native generators. */
final class Seeds {
  static final int BYTES = 32;

  private Seeds() {}

  static byte[] draw(SecureRandom random) {
    byte[] seed = new byte[BYTES];
    random.nextBytes(seed);
    return seed;
  }

  /** Runs a computation with a fresh secret seed and wipes the seed. */
  static void withSecret(SecureRandom random, Consumer<byte[]> computation) {
    byte[] seed = draw(random);
    try {
      computation.accept(seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }
}
