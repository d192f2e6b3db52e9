package io.sotto.server.calibrate;

import io.sotto.server.model.CompileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that calibration's runs share; a failure of one is the caller's. */
final class Workers implements AutoCloseable {
  private final int threads = Runtime.getRuntime().availableProcessors();
  private final ExecutorService executor =
      Executors.newFixedThreadPool(
          threads,
          task -> {
            Thread thread = new Thread(task, "calibration");
            thread.setDaemon(true);
            return thread;
          });

  /** Does something with each range of images, a chunk at a time, and returns what came of it. */
  <T> List<T> slices(int images, int chunk, SliceTask<T> task) {
    int size = Math.max(1, Math.min(chunk, (images + threads - 1) / threads));
    List<Callable<T>> tasks = new ArrayList<>();
    for (int from = 0; from < images; from += size) {
      int first = from;
      int end = Math.min(images, from + size);
      tasks.add(() -> task.run(first, end));
    }
    return all(tasks);
  }

  /** Something that is done with the images from one up to, not including, another. */
  @FunctionalInterface
  interface SliceTask<T> {
    T run(int from, int to);
  }

  /** The results of all tasks, in order. */
  <T> List<T> all(List<Callable<T>> tasks) {
    List<Future<T>> running = tasks.stream().map(executor::submit).toList();
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : running) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a run failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompileException("calibration was interrupted");
    } finally {
      running.forEach(future -> future.cancel(true));
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
