package io.sotto.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one thread of a session: keys, ciphertexts and labels are touched by no other. */
final class SessionThread {
  private final ExecutorService executor;
  private volatile @Nullable Thread thread;

  SessionThread(String server) {
    executor =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread started = new Thread(work, "sotto-client " + server);
              started.setDaemon(true);
              thread = started;
              return started;
            });
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /**
   * Does something after all that was given before.
   *
   * @throws RejectedExecutionException after {@link #end}
   */
  <T> CompletableFuture<T> submit(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, executor);
  }

  /** Does this last thing, after all that was given before, and takes nothing more. */
  CompletableFuture<Void> endWith(Runnable last) {
    CompletableFuture<Void> ending = CompletableFuture.runAsync(last, executor);
    end();
    return ending;
  }

  /** Takes nothing more; what was given is still done. */
  void end() {
    executor.shutdown();
  }
}
