package io.sotto.client;

import org.jspecify.annotations.Nullable;

/** Whether a session takes batches, or why it doesn't any more. Any thread may ask. */
final class SessionState {
  private final String server;
  private boolean predicting;
  private boolean closed;
  private @Nullable Throwable failure;

  SessionState(String server) {
    this.server = server;
  }

  /** Begins a prediction, until {@link #endPrediction}. */
  synchronized void beginPrediction() {
    if (closed || failure != null) {
      throw ended();
    }
    predicting = true;
  }

  synchronized void endPrediction() {
    predicting = false;
  }

  synchronized boolean isPredicting() {
    return predicting;
  }

  synchronized void fail(Throwable cause) {
    failure = cause;
  }

  /** Takes no more batches; false if it was closed before. */
  synchronized boolean close() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  /** What those who ask for more are told. */
  synchronized SessionEndedException ended() {
    Throwable cause = failure;
    if (closed || cause == null) {
      return new SessionEndedException("this client was closed; connect again", null);
    }
    return new SessionEndedException(
        "the session with %s has ended (%s); connect again".formatted(server, cause.getMessage()),
        cause);
  }
}
