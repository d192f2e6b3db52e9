package io.sotto.baselines.slots;

import io.sotto.natives.NativeCkks;

/**
 * What an evaluator needs of the client: keys to relinearise and to rotate by certain steps.
 *
 * <p><b>Security.</b> Public: encryptions of functions of the secret key, secure under the usual
 * circular-security assumption.
 *
 * <p><b>Threading.</b> Immutable; closed once.
 *
 * <p><b>Failure.</b> Use after {@link #close} is an {@link IllegalStateException}.
 */
public final class EvaluationKeys implements AutoCloseable {
  private final NativeCkks.RelinearisationKey relinearisation;
  private final NativeCkks.RotationKey rotation;

  EvaluationKeys(NativeCkks.RelinearisationKey relinearisation, NativeCkks.RotationKey rotation) {
    this.relinearisation = relinearisation;
    this.rotation = rotation;
  }

  NativeCkks.RelinearisationKey relinearisation() {
    return relinearisation;
  }

  NativeCkks.RotationKey rotation() {
    return rotation;
  }

  @Override
  public void close() {
    rotation.close();
    relinearisation.close();
  }
}
