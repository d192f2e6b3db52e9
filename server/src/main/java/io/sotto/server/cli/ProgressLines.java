package io.sotto.server.cli;

import io.sotto.server.calibrate.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Progress as lines: one when something else begins, others every few seconds, and an end. */
final class ProgressLines implements Progress, AutoCloseable {
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(5);

  private final PrintWriter err;
  private final long start = System.nanoTime();
  private String last = "";
  private long lastLine;

  ProgressLines(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void at(String what, int done, int of) {
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
    err.println(String.format(Locale.ROOT, "[%.0f s] %s", seconds(), text));
    err.flush();
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    line("done");
  }
}
