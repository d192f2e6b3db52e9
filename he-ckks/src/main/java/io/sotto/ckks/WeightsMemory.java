package io.sotto.ckks;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory weights may take in the form in which they multiply, beside the weights
 * themselves. What has no room is computed anew for each use.
 *
 * <p><b>Security.</b> Counts bytes, which follow from shapes.
 *
 * <p><b>Threading.</b> Any threads.
 *
 * <p><b>Failure.</b> A negative limit is an {@link IllegalArgumentException}.
 */
public final class WeightsMemory {
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  public WeightsMemory(long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "a limit of %d bytes for weights given; allowed are 0 and more".formatted(limit));
    }
    this.limit = limit;
  }

  /** What isn't taken. */
  public long room() {
    return limit - taken.get();
  }

  /** Takes so much if there is room. */
  boolean reserve(long bytes) {
    long before = taken.get();
    while (bytes <= limit - before) {
      if (taken.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = taken.get();
    }
    return false;
  }

  void release(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** The limit, in bytes. */
  public long limit() {
    return limit;
  }

  /** Bytes taken. */
  public long taken() {
    return taken.get();
  }
}
