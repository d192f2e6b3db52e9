package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetectorFactory;
import org.junit.jupiter.api.Test;

/** That the leak checks of the other tests can fail. */
class NothingLeftTest {

  @Test
  void seesABufferThatIsHeld() {
    ByteBuf held = PooledByteBufAllocator.DEFAULT.directBuffer(1000);
    try {
      assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()).isPositive();
    } finally {
      held.release();
    }
    assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()).isZero();
  }

  @Test
  void seesAThreadThatRuns() throws InterruptedException {
    Object gate = new Object();
    Thread thread =
        new Thread(
            () -> {
              synchronized (gate) {
                gate.notifyAll();
              }
            },
            "sotto-for-the-test");
    synchronized (gate) {
      thread.start();
      assertThat(Loopback.threads()).contains("sotto-for-the-test");
    }
    thread.join();
    assertThat(Loopback.threads()).isEmpty();
  }

  @Test
  void theDetectorOfNettyIsOurs() {
    var detector =
        ResourceLeakDetectorFactory.instance().newResourceLeakDetector(NothingLeftTest.class, 1);
    assertThat(detector).isInstanceOf(RecordedLeaks.class);
  }
}
