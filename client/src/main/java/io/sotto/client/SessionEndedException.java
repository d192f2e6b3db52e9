package io.sotto.client;

import org.jspecify.annotations.Nullable;

/** A client was used after its session had ended, by a failure or by {@link SottoClient#close}. */
public final class SessionEndedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  SessionEndedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
