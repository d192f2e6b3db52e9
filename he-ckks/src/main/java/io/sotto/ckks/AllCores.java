package io.sotto.ckks;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a computation, done by the caller and the threads of the common pool: all have ended
 * when it returns or throws, so what they used may be freed.
 *
 * <p><b>Failure.</b> What the first part throws that failed.
 */
final class AllCores {
  private AllCores() {}

  static void each(int parts, IntConsumer task) {
    List<ForkJoinTask<?>> others =
        IntStream.range(1, parts)
            .<ForkJoinTask<?>>mapToObj(
                part -> ForkJoinPool.commonPool().submit(() -> task.accept(part)))
            .toList();
    @Nullable Throwable failure = parts > 0 ? ended(() -> task.accept(0)) : null;
    for (ForkJoinTask<?> other : others) {
      Throwable its = ended(other::join);
      failure = failure == null ? its : failure;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }

  private static @Nullable Throwable ended(Runnable part) {
    try {
      part.run();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }
}
