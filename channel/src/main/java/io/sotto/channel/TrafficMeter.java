package io.sotto.channel;

/**
 * Counts the {@link Traffic} of one side of a channel; the one place that knows how, so that every
 * form of channel counts the same.
 *
 * <p><b>Threading.</b> Safe for any threads.
 */
public final class TrafficMeter {
  private long sent;
  private long received;
  private long rounds;
  private boolean sentLast;

  /** Counts a message that this side sent. */
  public synchronized void sent(int payloadBytes) {
    sent += Channel.HEADER_BYTES + (long) payloadBytes;
    sentLast = true;
  }

  /** Counts a message that this side received. */
  public synchronized void received(int payloadBytes) {
    received += Channel.HEADER_BYTES + (long) payloadBytes;
    if (sentLast) {
      rounds++;
      sentLast = false;
    }
  }

  /** Everything counted so far. */
  public synchronized Traffic traffic() {
    return new Traffic(sent, received, rounds);
  }
}
