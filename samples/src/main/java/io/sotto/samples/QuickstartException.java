package io.sotto.samples;

/**
 * The quickstart can't go on, or what it measured isn't what Sotto promises; one line says which.
 */
public final class QuickstartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  QuickstartException(String message) {
    super(message);
  }
}
