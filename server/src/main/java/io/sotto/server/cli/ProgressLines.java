package io.sotto.server.cli;

import io.sotto.server.calibrate.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;

/**
 * Progress as lines: one when something else begins, others every few seconds, and an end. Patient
 * ones say nothing of what is done in two seconds.
 */
final class ProgressLines implements Progress, AutoCloseable {
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(5);
  private static final long PATIENCE = TimeUnit.SECONDS.toMillis(2);

  private final PrintWriter err;
  private final long start = System.nanoTime();
  private final Timer timer = new Timer("progress", true);
  private boolean quiet;
  private boolean said;
  private boolean closed;
  private String last = "";
  private long lastLine;

  private ProgressLines(PrintWriter err, boolean quiet) {
    this.err = err;
    this.quiet = quiet;
  }

  /** Lines from the beginning. */
  static ProgressLines of(PrintWriter err) {
    return new ProgressLines(err, false);
  }

  /** Lines of what takes longer. */
  static ProgressLines patient(PrintWriter err) {
    ProgressLines lines = new ProgressLines(err, true);
    lines.timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            lines.speak();
          }
        },
        PATIENCE);
    return lines;
  }

  private synchronized void speak() {
    if (!closed) {
      quiet = false;
      line(last);
    }
  }

  @Override
  public synchronized void at(String what, int done, int of) {
    long now = System.nanoTime();
    if (!what.equals(last)) {
      line(what);
    } else if (done < of && now - lastLine >= PAUSE) {
      line("%s: %d of %d".formatted(what, done, of));
    } else {
      return;
    }
    last = what;
    lastLine = now;
  }

  private void line(String text) {
    if (!quiet) {
      err.println(String.format(Locale.ROOT, "[%.0f s] %s", seconds(), text));
      err.flush();
      said = true;
    }
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public synchronized void close() {
    timer.cancel();
    if (said) {
      line("done");
    }
    closed = true;
  }
}
