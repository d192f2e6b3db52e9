package io.sotto.tfimport.refusal;

import org.jspecify.annotations.Nullable;

/**
 * A model can't be imported. The message is one line for the person who gave the model: what is
 * wrong, and what to do. It never holds a weight.
 */
public class ModelImportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelImportException(String message) {
    super(message);
  }

  public ModelImportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
