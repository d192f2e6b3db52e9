package io.sotto.server.model;

/** The model, with these settings, can't be turned into a plan; the message says why. */
public final class CompileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CompileException(String message) {
    super(message);
  }

  public CompileException(String message, Throwable cause) {
    super(message, cause);
  }
}
