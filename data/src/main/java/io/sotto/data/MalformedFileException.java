package io.sotto.data;

import java.io.IOException;

/** A file's bytes are not what its format asks for, or of a kind that is not read here. */
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedFileException(String message) {
    super(message);
  }

  MalformedFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
