package io.sotto.converter.step;

import io.sotto.natives.Scope;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Things that are made in order, each on another thread while the caller uses the one before. What
 * a thing owns besides memory, such as randomness or the channel, stays with the caller.
 *
 * <p><b>Threading.</b> Used by one thread; things are made by one at a time.
 *
 * <p><b>Failure.</b> What making a thing throws is thrown by the {@link #next} that it was for.
 *
 * @param <T> closed by the caller once it was given out
 */
public final class MadeAhead<T extends AutoCloseable> implements AutoCloseable {
  private static final Executor THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "sotto-ahead");
            thread.setDaemon(true);
            return thread;
          });

  private final int count;
  private final IntFunction<T> maker;
  private int next;
  private @Nullable CompletableFuture<T> making;

  public MadeAhead(int count, IntFunction<T> maker) {
    this.count = count;
    this.maker = maker;
  }

  /** The next thing; the one after it is begun. */
  public T next() {
    if (next >= count) {
      throw new NoSuchElementException("all " + count + " were given out");
    }
    T result = making == null ? maker.apply(next) : Handover.take(making);
    next++;
    int after = next;
    making =
        after < count ? CompletableFuture.supplyAsync(() -> maker.apply(after), THREADS) : null;
    return result;
  }

  /** Waits for the thing that is being made, whose maker may use what the caller then frees. */
  @Override
  public void close() {
    CompletableFuture<T> last = making;
    making = null;
    if (last == null) {
      return;
    }
    try (Scope unused = new Scope()) {
      unused.own(last.join());
    } catch (CompletionException e) {
      // The thing wasn't made, and nobody asked for it.
    }
  }
}
