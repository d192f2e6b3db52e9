package io.sotto.baselines.slots;

import io.sotto.natives.NativeCkks;
import io.sotto.natives.NativeSlotShares;
import io.sotto.natives.NativeSlots;

/**
 * Parameters in use, shared by a client's and an evaluator's side in one process.
 *
 * <p><b>Security.</b> Holds nothing secret.
 *
 * <p><b>Threading.</b> May be used by many threads; closed once, after everything made from it.
 *
 * <p><b>Failure.</b> Use after {@link #close} is an {@link IllegalStateException}.
 */
public final class SlotContext implements AutoCloseable {
  private final SlotParameters parameters;
  private final NativeCkks handle;
  private final NativeSlots rows;
  private final NativeSlotShares shares;

  private SlotContext(SlotParameters parameters, NativeCkks handle) {
    this.parameters = parameters;
    this.handle = handle;
    this.rows = new NativeSlots(handle);
    this.shares = new NativeSlotShares(handle);
  }

  public static SlotContext create(SlotParameters parameters) {
    int[] bits = parameters.primeBits().stream().mapToInt(Integer::intValue).toArray();
    NativeCkks handle =
        parameters.security() == SlotParameters.Security.BITS_128
            ? NativeCkks.create(parameters.logDegree(), bits)
            : NativeCkks.createInsecureForTests(parameters.logDegree(), bits);
    return new SlotContext(parameters, handle);
  }

  public SlotParameters parameters() {
    return parameters;
  }

  /** Numbers in a ciphertext. */
  public int slots() {
    return parameters.slots();
  }

  /** The level of fresh ciphertexts: how often they can be rescaled. */
  public int topLevel() {
    return handle.topLevel();
  }

  /** N. */
  public int degree() {
    return rows.degree();
  }

  /** A prime of the chain; the last one serves key switching. */
  public long modulus(int prime) {
    return rows.modulus(prime);
  }

  NativeSlots rows() {
    return rows;
  }

  NativeSlotShares shares() {
    return shares;
  }

  NativeCkks handle() {
    return handle;
  }

  @Override
  public void close() {
    handle.close();
  }
}
