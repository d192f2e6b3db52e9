package io.sotto.converter.session;

import java.time.Duration;
import java.util.Locale;

/** The server's model would take more memory, work or time here than the user allows. */
public final class PlanTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private PlanTooLargeException(String message) {
    super(message);
  }

  /**
   * @param fitting how many images would fit
   */
  static PlanTooLargeException memory(int images, long needed, long limit, int fitting) {
    String what = images == 1 ? "an image" : "a batch of " + images + " images";
    String fewer = fitting == 0 ? "" : "predict " + fitting + " at a time, or ";
    return new PlanTooLargeException(
        ("%s would take this side %d MB by this server's model, and %d MB are allowed; "
                + "%sallow more (--memory) if that is what you want")
            .formatted(what, needed >> 20, limit >> 20, fewer));
  }

  static PlanTooLargeException work(long needed, long limit) {
    return new PlanTooLargeException(
        ("an image would take this side %s billion operations by this server's model, and %s are "
                + "allowed; allow more (--work) if that is what you want")
            .formatted(billions(needed), billions(limit)));
  }

  static PlanTooLargeException time(Duration limit) {
    return new PlanTooLargeException(
        ("this server's model kept this side computing for %s s without a message; "
                + "predict fewer images at a time, or allow more (--timeout)")
            .formatted(seconds(limit)));
  }

  private static String billions(long operations) {
    return String.format(Locale.ROOT, "%.3g", operations / 1e9);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3g", duration.toMillis() / 1e3);
  }
}
