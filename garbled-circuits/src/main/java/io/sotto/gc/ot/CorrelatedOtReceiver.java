package io.sotto.gc.ot;

import io.sotto.natives.NativeBuffer;

/**
 * The side of correlated oblivious transfer that chooses; see {@link CorrelatedOtSender}, whose
 * guarantees hold here.
 *
 * <p><b>Security.</b> As there.
 *
 * <p><b>Threading.</b> As there.
 *
 * <p><b>Failure.</b> As there.
 */
public interface CorrelatedOtReceiver extends AutoCloseable {

  /** Bytes of the message that one request of that many transfers sends, without its header. */
  int requestBytes(int count);

  /**
   * Sends the next request. Nothing comes back for it: the labels stand when this returns.
   *
   * @param count transfers
   * @param choices a bit each, lowest first, zeros up to the length that {@link
   *     CorrelatedOts#choiceBytes} says
   * @param labels receives q + b * delta for each; as long as {@link CorrelatedOts#labelBytes} says
   */
  void extend(int count, NativeBuffer choices, NativeBuffer labels);

  /** Wipes the state; the channel stays open. */
  @Override
  void close();
}
