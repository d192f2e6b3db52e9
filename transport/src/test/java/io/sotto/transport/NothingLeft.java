package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves a buffer allocated or a thread of the transport running. */
final class NothingLeft implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final long PATIENCE_NANOS = Loopback.PATIENCE_SECONDS * 1_000_000_000L;

  @Override
  public void beforeEach(ExtensionContext context) {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    assertThat(pinnedBytes()).as("bytes in Netty's buffers before the test").isZero();
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    // A thread that has closed the last socket may still be on its way out.
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while ((pinnedBytes() != 0 || !Loopback.threads().isEmpty()) && System.nanoTime() < deadline) {
      Thread.sleep(2);
    }
    assertThat(Loopback.threads()).as("threads left").isEmpty();
    assertThat(pinnedBytes()).as("bytes left in Netty's buffers").isZero();
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    // Leaks are found when a buffer is allocated after the leaked one was collected.
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(20);
      PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    }
    assertThat(List.copyOf(RecordedLeaks.FOUND)).isEmpty();
  }

  private static long pinnedBytes() {
    return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()
        + PooledByteBufAllocator.DEFAULT.pinnedHeapMemory();
  }
}
