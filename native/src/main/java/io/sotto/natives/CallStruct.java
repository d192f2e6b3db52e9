package io.sotto.natives;

import java.nio.ByteBuffer;
import java.util.function.Function;
import org.bytedeco.javacpp.Pointer;

/**
 * The struct in which calls of one kind hand numbers and addresses over: each thread has its own,
 * which the next call of that thread overwrites, so that no call allocates native memory.
 *
 * <p><b>Security.</b> Nobody wipes it: nothing secret may be written into it.
 *
 * <p><b>Threading.</b> Safe from any thread.
 *
 * <p><b>Failure.</b> Nothing here fails.
 */
final class CallStruct<S extends Pointer> {
  private final ThreadLocal<S> own;

  /**
   * Structs of the class that JavaCPP generated.
   *
   * @param at its constructor for a struct at an address
   */
  CallStruct(Function<Pointer, S> at) {
    own = ThreadLocal.withInitial(() -> at.apply(memory(at.apply(new Pointer()).sizeof())));
  }

  /** This thread's struct, with what the last call has left. */
  S get() {
    return own.get();
  }

  /** Memory of the JVM, which goes with the last pointer to it. */
  private static Pointer memory(int bytes) {
    return new Pointer(ByteBuffer.allocateDirect(bytes));
  }
}
