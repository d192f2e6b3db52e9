package io.sotto.transport;

import org.jspecify.annotations.Nullable;

/**
 * No connection came about: binding, connecting, TLS or the greeting failed. The message is one
 * line for the user which says what was tried, what happened and what to do.
 */
public class TransportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TransportException(String message) {
    this(message, null);
  }

  public TransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What a failure of the library or the system says, for a line of ours. */
  static String firstLine(Throwable e) {
    String words = e.getMessage();
    return words == null || words.isBlank()
        ? e.getClass().getSimpleName()
        : words.lines().findFirst().orElse("");
  }
}
