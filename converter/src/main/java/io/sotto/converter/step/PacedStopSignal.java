package io.sotto.converter.step;

/**
 * Counts what a loop has done, and asks a stop signal once for many numbers: often enough to end
 * within milliseconds, seldom enough to cost nothing.
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> What the signal throws.
 */
public final class PacedStopSignal {
  private static final long NUMBERS = 1 << 16;

  private final StopSignal stop;
  private long done;

  public PacedStopSignal(StopSignal stop) {
    this.stop = stop;
  }

  /** So many numbers were computed, or an attempt at one that was none. */
  public void computed(long numbers) {
    done += Math.max(1, numbers);
    if (done >= NUMBERS) {
      done = 0;
      stop.check();
    }
  }
}
