package io.sotto.transport;

import io.sotto.channel.ChannelClosedException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a session goes on waiting for its peer, in one direction.
 *
 * <p>It has a store of time, which waiting uses up. Without a least throughput every wait begins
 * with a full store. With one, bytes fill it again, each by the time that it may take, and so does
 * each message, by {@link #MESSAGE}: a peer that is silent, one that moves a byte now and then, and
 * one that sends each message as late as it may all come to its end; a peer that is as fast on
 * average doesn't.
 *
 * <p>Besides there may be a deadline, which nothing moves.
 *
 * <p><b>Threading.</b> One thread, the session's. Times are those of {@link System#nanoTime}.
 *
 * <p><b>Failure.</b> None; {@link #over} says what was too slow.
 */
final class Patience {
  /** What a message is worth: a round trip, and what the peer computes for it. */
  static final Duration MESSAGE = Duration.ofSeconds(1);

  private final long full;
  private final int leastBytesPerSecond;

  private long store;
  private boolean waiting;
  private long since;

  private @Nullable String deadlineOf;
  private long deadlineNanos;
  private long deadline;

  /**
   * @param silence the store when it is full
   * @param leastBytesPerSecond 0 for no least throughput
   */
  Patience(Duration silence, int leastBytesPerSecond) {
    this.full = silence.toNanos();
    this.leastBytesPerSecond = leastBytesPerSecond;
    this.store = full;
  }

  /** From now on, and until {@link #endDeadline}, all waiting ends after so long. */
  void startDeadline(Duration length, String what, long now) {
    deadlineOf = what;
    deadlineNanos = length.toNanos();
    deadline = now + deadlineNanos;
  }

  void endDeadline() {
    deadlineOf = null;
  }

  /** Forgets how long it has waited. */
  void refill() {
    store = full;
  }

  /** A wait begins. */
  void begin(long now) {
    if (leastBytesPerSecond == 0) {
      refill();
    }
    waiting = true;
    since = now;
  }

  /** How much longer this wait may be. */
  long left(long now) {
    settle(now);
    return deadlineOf == null ? store : Math.min(store, deadline - now);
  }

  /** The wait is over. */
  void end(long now) {
    settle(now);
    waiting = false;
  }

  private void settle(long now) {
    if (waiting) {
      store -= now - since;
      since = now;
    }
  }

  /** Whether there is a least throughput. */
  boolean countsBytes() {
    return leastBytesPerSecond != 0;
  }

  /** The peer sent, or took, so many bytes. */
  void moved(long bytes, long now) {
    settle(now);
    if (leastBytesPerSecond == 0) {
      refill();
    } else {
      add(TimeUnit.SECONDS.toNanos(bytes) / leastBytesPerSecond);
    }
  }

  /** The peer completed a message. */
  void message() {
    if (leastBytesPerSecond != 0) {
      add(MESSAGE.toNanos());
    }
  }

  private void add(long nanos) {
    store = Math.min(full, store + Math.min(full, nanos));
  }

  /**
   * Why nothing is left.
   *
   * @param doing what the peer did too little of: "sent" or "took"
   */
  ChannelClosedException over(String peer, String doing, long now) {
    String what;
    if (deadlineOf != null && deadline - now <= 0) {
      what = "did not complete " + deadlineOf + " within " + seconds(deadlineNanos);
    } else if (leastBytesPerSecond == 0) {
      what = doing + " nothing for " + seconds(full);
    } else {
      what =
          ("was waited for " + seconds(full) + " and more, and " + doing)
              + (" fewer than " + leastBytesPerSecond + " bytes a second");
    }
    return new ChannelClosedException(peer + " " + what + "; the session is given up");
  }

  private static String seconds(long nanos) {
    return seconds(Duration.ofNanos(nanos));
  }

  /** For messages. */
  static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : TimeUnit.NANOSECONDS.toMillis(duration.toNanos()) + " ms";
  }
}
