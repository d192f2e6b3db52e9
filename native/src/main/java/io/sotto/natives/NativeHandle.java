package io.sotto.natives;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;

/** The owner of one object on the native heap, counted by {@link NativeMemory}. */
final class NativeHandle<P extends Pointer> implements AutoCloseable {

  private final P object;
  private final String name;
  private final Consumer<P> free;
  private final AtomicBoolean closed = new AtomicBoolean();

  NativeHandle(P object, String name, Consumer<P> free) {
    this.object = object;
    this.name = name;
    this.free = free;
    NativeMemory.handleBorn(this, name);
  }

  /**
   * The object, for a facade function.
   *
   * @throws IllegalStateException if it is closed
   */
  P get() {
    if (closed.get()) {
      throw new IllegalStateException("this " + name + " is closed");
    }
    return object;
  }

  boolean isClosed() {
    return closed.get();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      NativeMemory.handleDied(this);
      free.accept(object);
    }
  }
}
