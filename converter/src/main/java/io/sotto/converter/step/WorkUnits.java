package io.sotto.converter.step;

/**
 * What a step makes a client compute for an image, in operations of about a nanosecond: rough, but
 * the same for everybody, since it decides which plans are refused. A client compares a plan's sum
 * with what it allows before it computes anything.
 */
public final class WorkUnits {
  /** An addition of a share; a batch of few images takes so long for it, a full one an eighth. */
  public static final long ADDITION = 8;

  /** One coefficient of a ciphertext, encrypted or decrypted. */
  public static final long COEFFICIENT = 64;

  /** A comparison or a product: its transfers, hashes and lookups. */
  public static final long COMPARISON = 512;

  private WorkUnits() {}
}
