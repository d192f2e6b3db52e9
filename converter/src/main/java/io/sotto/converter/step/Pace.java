package io.sotto.converter.step;

/**
 * Counts what a loop has done, and passes its checkpoint once for many numbers: often enough to end
 * within milliseconds, seldom enough to cost nothing.
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> What the checkpoint throws.
 */
public final class Pace {
  private static final long NUMBERS = 1 << 16;

  private final Checkpoint checkpoint;
  private long done;

  public Pace(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** So many numbers were computed, or an attempt at one that was none. */
  public void did(long numbers) {
    done += Math.max(1, numbers);
    if (done >= NUMBERS) {
      done = 0;
      checkpoint.pass();
    }
  }
}
