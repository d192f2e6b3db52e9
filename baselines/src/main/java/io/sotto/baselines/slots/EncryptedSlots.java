package io.sotto.baselines.slots;

import io.sotto.natives.NativeCkks;

/**
 * An encrypted vector: real numbers at a scale, in a ciphertext of two parts at a level.
 *
 * <p><b>Security.</b> Reveals nothing without the secret key.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> Use after {@link #close} is an {@link IllegalStateException}.
 */
public final class EncryptedSlots implements AutoCloseable {
  private final NativeCkks.Ciphertext handle;

  EncryptedSlots(NativeCkks.Ciphertext handle) {
    this.handle = handle;
  }

  /** How often it can still be rescaled. */
  public int level() {
    return handle.level();
  }

  /** What the numbers are multiplied by. */
  public double scale() {
    return handle.scale();
  }

  NativeCkks.Ciphertext handle() {
    return handle;
  }

  @Override
  public void close() {
    handle.close();
  }
}
