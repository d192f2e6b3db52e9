package io.sotto.natives;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The owner of everything that is allocated in it, closed together in reverse order.
 *
 * <p><b>Security.</b> Buffers are wiped when the scope closes, also when an exception leaves it.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Failure.</b> Using a closed scope is an {@link IllegalStateException}. Closing goes on to
 * the end if one resource fails to close, and then throws what the first one threw.
 */
public final class Scope implements AutoCloseable {

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private boolean closed;

  /** Allocates a buffer that lives as long as this scope. */
  public NativeBuffer allocate(long bytes) {
    checkOpen();
    return own(NativeBuffer.allocate(bytes));
  }

  /** Allocates a buffer of {@code count} longs that lives as long as this scope. */
  public NativeBuffer allocateLongs(long count) {
    checkOpen();
    return own(NativeBuffer.allocateLongs(count));
  }

  /** Takes over a resource, which is closed with this scope. */
  public <T extends AutoCloseable> T own(T resource) {
    checkOpen();
    owned.push(resource);
    return resource;
  }

  /** Closes everything in reverse order; does nothing the second time. */
  @Override
  public void close() {
    closed = true;
    Throwable first = null;
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Throwable e) {
        first = gather(first, e);
      }
    }
    if (first instanceof RuntimeException) {
      throw (RuntimeException) first;
    }
    if (first instanceof Error) {
      throw (Error) first;
    }
    if (first != null) {
      throw new IllegalStateException("a resource of this scope failed to close", first);
    }
  }

  private static Throwable gather(@Nullable Throwable first, Throwable next) {
    if (first == null) {
      return next;
    }
    if (first != next) {
      first.addSuppressed(next);
    }
    return first;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this scope is closed");
    }
  }
}
