package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import org.bytedeco.javacpp.BytePointer;

/** Turns the status of a facade function into a Java exception. */
final class NativeCall {

  private NativeCall() {}

  /**
   * Returns if the status is good.
   *
   * @throws IllegalArgumentException if the native side refused an argument
   * @throws OutOfMemoryError if native memory is exhausted
   * @throws IllegalStateException for everything else
   */
  static void check(int status) {
    if (status == NativeFacade.SOTTO_OK) {
      return;
    }
    String message;
    try (BytePointer text = NativeFacade.sotto_last_error()) {
      message = text.getString();
    }
    if (status == NativeFacade.SOTTO_INVALID) {
      throw new IllegalArgumentException(message);
    }
    if (status == NativeFacade.SOTTO_NO_MEMORY) {
      throw new OutOfMemoryError(message);
    }
    throw new IllegalStateException(message);
  }
}
