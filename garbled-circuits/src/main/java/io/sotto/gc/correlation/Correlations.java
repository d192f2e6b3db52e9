package io.sotto.gc.correlation;

import io.sotto.channel.Channel;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOtReceiver;
import io.sotto.gc.ot.CorrelatedOtSender;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * What one side of a session has from its beginning to its end, and all protocols of this module
 * stand on: correlated transfers in both directions, its own offset, the public keys of the
 * session, its source of secret random bits, and the numbers that were used.
 *
 * <p><b>Security.</b> Offset and random bits are this side's alone; the offset of the other side's
 * transfers is the other side's. All is wiped when this is closed.
 *
 * <p><b>Threading.</b> One thread, the channel's.
 *
 * <p><b>Failure.</b> What {@link Channel} throws. After a protocol that failed no other one is run,
 * since the two sides may no longer agree on what has been used.
 */
public abstract sealed class Correlations implements AutoCloseable
    permits GarblerCorrelations, EvaluatorCorrelations {
  private final Channel channel;
  private final LabelKernel kernel;
  private final Scope scope;
  private final SessionKeys keys;
  private final Transfers transfers;
  private final SecretRandomBits randomBits;
  private final Nonces nonces = new Nonces();
  private boolean failed;

  /** What the scope has is this object's from now on. */
  Correlations(
      Channel channel,
      SecureRandom random,
      LabelKernel kernel,
      Scope scope,
      SessionKeys keys,
      Transfers transfers) {
    this.channel = channel;
    this.kernel = kernel;
    this.scope = scope;
    this.keys = keys;
    this.transfers = transfers;
    this.randomBits = new SecretRandomBits(random, kernel, scope);
  }

  /** Which of the two parties this is. */
  public abstract Role role();

  /** Runs a protocol to its end. */
  public final void run(Runnable protocol) {
    if (failed) {
      throw new IllegalStateException("this session failed or was closed; open a new one");
    }
    failed = true;
    protocol.run();
    channel.flush();
    failed = false;
  }

  public final Channel channel() {
    return channel;
  }

  public final LabelKernel kernel() {
    return kernel;
  }

  public final OtTrees trees() {
    return transfers.trees();
  }

  /** This side's offset. */
  public final NativeBuffer offset() {
    return transfers.offset();
  }

  /** S, public. */
  public final NativeBuffer sessionKey() {
    return keys.hash();
  }

  /** Of public labels. */
  public final NativeBuffer labelKey() {
    return keys.labels();
  }

  /** Transfers in which this side holds the offset. */
  public final CorrelatedOtSender sender() {
    return transfers.sender();
  }

  /** Transfers in which this side chooses. */
  public final CorrelatedOtReceiver receiver() {
    return transfers.receiver();
  }

  /** This side's own random bits. */
  public final SecretRandomBits randomBits() {
    return randomBits;
  }

  /** The numbers that this session has used. */
  public final Nonces nonces() {
    return nonces;
  }

  /** Products of a chunk, of which each block takes an id. */
  public final Products.Run products(int width, int size, long firstId) {
    return new Products.Run(width, size, HashBlocks.LARGEST, sessionKey(), firstId);
  }

  /** Wipes the state; the channel stays open. */
  @Override
  public final void close() {
    failed = true;
    scope.close();
  }
}
