package io.sotto.baselines.slots;

import io.sotto.natives.NativeCkks;

/**
 * The side that holds the secret key: encrypts and decrypts.
 *
 * <p><b>Security.</b> The key stays in native memory and is wiped when closed. Randomness is
 * SEAL's, from the operating system. Decrypted numbers carry noise that depends on the key; whoever
 * gets them to see may learn about it (Li and Micciancio, On the security of homomorphic encryption
 * on approximate numbers, 2021), so they stay here.
 *
 * <p><b>Threading.</b> May be used by many threads; closed once.
 *
 * <p><b>Failure.</b> Too many numbers, or ones that the first prime can't hold, are an {@link
 * IllegalArgumentException}.
 */
public final class SlotClient implements AutoCloseable {
  private final SlotContext context;
  private final NativeCkks.SecretKey secretKey;
  private final NativeCkks.PublicKey publicKey;

  private SlotClient(
      SlotContext context, NativeCkks.SecretKey secretKey, NativeCkks.PublicKey publicKey) {
    this.context = context;
    this.secretKey = secretKey;
    this.publicKey = publicKey;
  }

  /** A client with fresh keys. */
  public static SlotClient create(SlotContext context) {
    NativeCkks.SecretKey secretKey = context.handle().generateSecretKey();
    try {
      return new SlotClient(context, secretKey, context.handle().generatePublicKey(secretKey));
    } catch (RuntimeException | Error e) {
      secretKey.close();
      throw e;
    }
  }

  /** Keys for an evaluator that rotates by at least one of these numbers of steps. */
  public EvaluationKeys evaluationKeys(int step, int... moreSteps) {
    int[] steps = new int[moreSteps.length + 1];
    steps[0] = step;
    System.arraycopy(moreSteps, 0, steps, 1, moreSteps.length);
    NativeCkks.RelinearisationKey relinearisation =
        context.handle().generateRelinearisationKey(secretKey);
    try {
      return new EvaluationKeys(
          relinearisation, context.handle().generateRotationKey(secretKey, steps));
    } catch (RuntimeException | Error e) {
      relinearisation.close();
      throw e;
    }
  }

  /** Encrypts numbers, one a slot from the first on; the other slots hold zero. */
  public EncryptedSlots encrypt(double... values) {
    NativeCkks ckks = context.handle();
    try (NativeCkks.Plaintext plaintext =
        ckks.encode(values, context.parameters().scale(), ckks.topLevel())) {
      return new EncryptedSlots(ckks.encrypt(publicKey, plaintext));
    }
  }

  /** The numbers of all slots. */
  public double[] decrypt(EncryptedSlots ciphertext) {
    try (NativeCkks.Plaintext plaintext =
        context.handle().decrypt(secretKey, ciphertext.handle())) {
      return context.handle().decode(plaintext);
    }
  }

  @Override
  public void close() {
    publicKey.close();
    secretKey.close();
  }
}
