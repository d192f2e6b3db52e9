package io.sotto.baselines.slots;

import io.sotto.natives.NativeCkks;

/**
 * The product of two encrypted vectors, in three parts: {@link SlotEvaluator#relinearise} makes an
 * {@link EncryptedSlots} of it, which can be computed on.
 *
 * <p><b>Security.</b> Reveals nothing without the secret key.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> Use after {@link #close} is an {@link IllegalStateException}.
 */
public final class EncryptedProduct implements AutoCloseable {
  private final NativeCkks.Ciphertext handle;

  EncryptedProduct(NativeCkks.Ciphertext handle) {
    this.handle = handle;
  }

  NativeCkks.Ciphertext handle() {
    return handle;
  }

  @Override
  public void close() {
    handle.close();
  }
}
