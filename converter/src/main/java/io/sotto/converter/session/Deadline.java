package io.sotto.converter.session;

import io.sotto.channel.Channel;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.Traffic;
import io.sotto.converter.step.StopSignal;
import java.time.Duration;

/**
 * Ends a batch whose steps keep this side computing for too long without a message, as the channel
 * ends one whose peer is silent for too long.
 *
 * <p><b>Threading.</b> The session's; {@link #cancel} from any.
 *
 * <p><b>Failure.</b> {@link PlanTooLargeException} when the time is over; {@link
 * ChannelClosedException} after {@link #cancel} or an interrupt.
 */
final class Deadline implements StopSignal {
  private final Channel channel;
  private final Duration limit;
  private Traffic seen;
  private long since;
  private volatile boolean cancelled;

  Deadline(Channel channel, Duration limit) {
    this.channel = channel;
    this.limit = limit;
    this.seen = channel.traffic();
    this.since = System.nanoTime();
  }

  /** A batch begins. */
  void restart() {
    seen = channel.traffic();
    since = System.nanoTime();
  }

  /** Nothing passes any more. */
  void cancel() {
    cancelled = true;
  }

  @Override
  public void check() {
    if (cancelled) {
      throw new ChannelClosedException("the session was closed here");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new ChannelClosedException("interrupted while computing");
    }
    if (!channel.traffic().equals(seen)) {
      restart();
    } else if (System.nanoTime() - since > limit.toNanos()) {
      throw PlanTooLargeException.time(limit);
    }
  }
}
