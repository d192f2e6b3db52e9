package io.sotto.converter.step;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** From one thread to another: what was made there, or what making it threw. */
public final class Handover {
  private Handover() {}

  /** Waits for the thing; a failure is thrown as if it had happened here. */
  public static <T> T take(CompletableFuture<T> thing) {
    try {
      return thing.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
