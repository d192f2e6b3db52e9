package io.sotto.natives;

import io.sotto.natives.internal.sotto_ckks;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;

/** A key, plaintext or ciphertext on the native heap, which belongs to a context. */
abstract class CkksObject<P extends Pointer> implements AutoCloseable {
  private final NativeCkks context;
  private final String name;
  private final NativeHandle<P> handle;

  CkksObject(NativeCkks context, P object, String name, Consumer<P> free) {
    this.context = context;
    this.name = name;
    this.handle = new NativeHandle<>(object, name, free);
  }

  /** The object, for a function of its own context. */
  final P get(NativeCkks user) {
    if (user != context) {
      throw new IllegalArgumentException(
          "this " + name + " belongs to another context; make it in this one");
    }
    return handle.get();
  }

  final P get() {
    return handle.get();
  }

  final sotto_ckks context() {
    return context.object();
  }

  /** Wipes what is secret and frees; does nothing the second time. */
  @Override
  public void close() {
    handle.close();
  }
}
