package io.sotto.samples;

/**
 * A run of the samples can't go on, or what it measured isn't what Sotto promises; one line says
 * which.
 */
public final class SampleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SampleException(String message) {
    super(message);
  }
}
