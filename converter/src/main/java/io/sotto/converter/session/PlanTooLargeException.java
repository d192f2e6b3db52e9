package io.sotto.converter.session;

/** The server's model would take more memory here than the user allows. */
public final class PlanTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PlanTooLargeException(long needed, long limit) {
    super(
        "a batch of this server's model would take %d MB here, and %d MB are allowed"
            .formatted(needed >> 20, limit >> 20));
  }
}
