package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Turns the status of a facade function into a Java exception. */
final class NativeCall {

  private NativeCall() {}

  /** The new object of a facade function, or the exception that tells why there is none. */
  static <P extends Pointer> P created(@Nullable P object) {
    if (object == null || object.isNull()) {
      check(NativeFacade.sotto_last_status());
      throw new IllegalStateException("the native side made no object and gave no reason");
    }
    return object;
  }

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
