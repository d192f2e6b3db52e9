package io.sotto.baselines.slots;

import io.sotto.natives.NativeCkks;
import java.util.Arrays;

/**
 * Computes on encrypted vectors, slot by slot. Results are new objects, closed by whoever asked for
 * them.
 *
 * <p>Operands of a sum have the same level and the same scale; operands of a product the same
 * level. A product has the product of the scales until it is rescaled. Plain operands are encoded
 * to fit.
 *
 * <p><b>Security.</b> Learns nothing of encrypted numbers. Results carry traces of plain operands
 * and are no means to hide those from the client.
 *
 * <p><b>Threading.</b> May be used by many threads.
 *
 * <p><b>Failure.</b> Operands that don't fit, a rotation without a key, and rescaling at level 0
 * are an {@link IllegalArgumentException}.
 */
public final class SlotEvaluator {
  private final SlotContext context;
  private final EvaluationKeys keys;

  /** Borrows both. */
  public SlotEvaluator(SlotContext context, EvaluationKeys keys) {
    this.context = context;
    this.keys = keys;
  }

  public EncryptedSlots add(EncryptedSlots a, EncryptedSlots b) {
    return new EncryptedSlots(ckks().add(a.handle(), b.handle()));
  }

  public EncryptedSlots subtract(EncryptedSlots a, EncryptedSlots b) {
    return new EncryptedSlots(ckks().subtract(a.handle(), b.handle()));
  }

  /** Adds plain numbers, one a slot from the first on. */
  public EncryptedSlots add(EncryptedSlots a, double... values) {
    try (NativeCkks.Plaintext plaintext = ckks().encode(values, a.scale(), a.level())) {
      return new EncryptedSlots(ckks().add(a.handle(), plaintext));
    }
  }

  /** Multiplies encrypted numbers; the result is to be relinearised. */
  public EncryptedProduct multiply(EncryptedSlots a, EncryptedSlots b) {
    return new EncryptedProduct(ckks().multiply(a.handle(), b.handle()));
  }

  /** Multiplies by plain numbers, one a slot from the first on, not all zero. */
  public EncryptedSlots multiply(EncryptedSlots a, double... values) {
    requireNotZero(values);
    try (NativeCkks.Plaintext plaintext =
        ckks().encode(values, context.parameters().scale(), a.level())) {
      return new EncryptedSlots(ckks().multiply(a.handle(), plaintext));
    }
  }

  /** Multiplies every slot by one plain number other than zero. */
  public EncryptedSlots scale(EncryptedSlots a, double factor) {
    requireNotZero(factor);
    try (NativeCkks.Plaintext plaintext =
        ckks().encode(factor, context.parameters().scale(), a.level())) {
      return new EncryptedSlots(ckks().multiply(a.handle(), plaintext));
    }
  }

  /** Brings a product back to two parts. */
  public EncryptedSlots relinearise(EncryptedProduct product) {
    return new EncryptedSlots(ckks().relinearise(product.handle(), keys.relinearisation()));
  }

  /** Divides ciphertext and scale by the level's prime: one level less, the same numbers. */
  public EncryptedSlots rescale(EncryptedSlots a) {
    return new EncryptedSlots(ckks().rescale(a.handle()));
  }

  /** The same of a product, whose parts stay three. */
  public EncryptedProduct rescale(EncryptedProduct product) {
    return new EncryptedProduct(ckks().rescale(product.handle()));
  }

  /** The same numbers at a lower level, the scale kept. */
  public EncryptedSlots toLevel(EncryptedSlots a, int level) {
    return new EncryptedSlots(ckks().switchLevel(a.handle(), level));
  }

  /** Slot i of the result is slot i + steps, cyclically. */
  public EncryptedSlots rotate(EncryptedSlots a, int steps) {
    return new EncryptedSlots(ckks().rotate(a.handle(), steps, keys.rotation()));
  }

  /** A ciphertext times zero is readable by anybody; SEAL refuses to make it. */
  private static void requireNotZero(double... values) {
    if (Arrays.stream(values).allMatch(value -> value == 0)) {
      throw new IllegalArgumentException(
          "a product with nothing but zeros; encrypt zeros instead where they are needed");
    }
  }

  private NativeCkks ckks() {
    return context.handle();
  }
}
