package io.sotto.natives.testing;

import io.sotto.natives.NativeMemory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test that leaves native buffers or handles alive, and says where one of them was born.
 *
 * <p>What the test class opened before the test (in {@code @BeforeAll}) may stay; what an
 * {@code @BeforeEach} method opens has to be closed in {@code @AfterEach}.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {

  private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);

  private static final class Counts {
    final long buffers = NativeMemory.liveBuffers();
    final long handles = NativeMemory.liveHandles();
    final long bytes = NativeMemory.liveBytes();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    NativeMemory.traceAllocations(true);
    context.getStore(NAMESPACE).put(Counts.class, new Counts());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Counts before = context.getStore(NAMESPACE).remove(Counts.class, Counts.class);
    Counts after = new Counts();
    try {
      if (after.buffers != before.buffers || after.handles != before.handles) {
        throw new AssertionError(
            "native memory leaks: %d buffers (%d bytes) and %d handles more than before the test"
                .formatted(
                    after.buffers - before.buffers,
                    after.bytes - before.bytes,
                    after.handles - before.handles),
            NativeMemory.leakSite());
      }
    } finally {
      NativeMemory.traceAllocations(false);
    }
  }
}
