package io.sotto.baselines.slots;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Some threads for work that falls apart into independent pieces; with one thread the caller does
 * it all.
 *
 * <p><b>Security.</b> How work is split depends on counts only.
 *
 * <p><b>Threading.</b> Used by one thread; the pieces run on several.
 *
 * <p><b>Failure.</b> The first failure of a piece, after all pieces have ended.
 */
public final class SlotWorkers implements AutoCloseable {
  private static final int PIECES_PER_THREAD = 8;

  private final int threads;
  private final ExecutorService executor;

  /** Some of the pieces' numbers, from..to-1. */
  @FunctionalInterface
  public interface Work {
    void run(int from, int to);
  }

  public SlotWorkers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads; take at least 1");
    }
    this.threads = threads;
    this.executor =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "sotto-slots");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Does all the work and waits for it. */
  public void run(int count, Work work) {
    if (threads == 1 || count <= 1) {
      work.run(0, count);
      return;
    }
    int pieces = Math.min(count, threads * PIECES_PER_THREAD);
    List<Future<?>> running = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece++) {
      int from = (int) ((long) count * piece / pieces);
      int to = (int) ((long) count * (piece + 1) / pieces);
      running.add(executor.submit(() -> work.run(from, to)));
    }
    RuntimeException failure = null;
    for (Future<?> each : running) {
      try {
        each.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        failure =
            e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
      } catch (InterruptedException e) {
        // The pieces write to memory that the caller frees, so they have to end first.
        executor.shutdownNow();
        awaitEnd();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void awaitEnd() {
    boolean ended = false;
    while (!ended) {
      try {
        ended = executor.awaitTermination(1, java.util.concurrent.TimeUnit.HOURS);
      } catch (InterruptedException e) {
        // Told already.
      }
    }
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}
