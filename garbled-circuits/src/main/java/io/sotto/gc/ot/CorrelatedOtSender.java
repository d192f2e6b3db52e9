package io.sotto.gc.ot;

import io.sotto.natives.NativeBuffer;

/**
 * The side of correlated oblivious transfer that holds the offset delta, 16 bytes. Each transfer
 * gives it a label q and the other side, whose choice is the bit b, the label q + b * delta, where
 * + is exclusive or.
 *
 * <p><b>Security.</b> Against a semi-honest sender the choices stay hidden, against a semi-honest
 * receiver delta does; the labels q look uniform to both but for that relation. What the
 * implementation takes for granted stands in its own description.
 *
 * <p><b>Threading.</b> One thread at a time, the channel's.
 *
 * <p><b>Failure.</b> What {@link io.sotto.channel.Channel} throws; after that it is dead.
 */
public interface CorrelatedOtSender extends AutoCloseable {

  /**
   * Receives the peer's next request and runs its transfers.
   *
   * @param count transfers, the same number as the receiver's
   * @param labels receives q for each, 16 bytes; as long as {@link CorrelatedOts#labelBytes} says
   */
  void extend(int count, NativeBuffer labels);

  /** Wipes the state; the channel stays open. */
  @Override
  void close();
}
