package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class AllCoresTest {
  @Test
  void eachPartIsDoneOnce() {
    for (int parts : new int[] {0, 1, 2, 100}) {
      AtomicIntegerArray done = new AtomicIntegerArray(100);
      AllCores.each(parts, done::incrementAndGet);
      for (int part = 0; part < 100; part++) {
        assertThat(done.get(part)).isEqualTo(part < parts ? 1 : 0);
      }
    }
  }

  /** Memory that parts write to is freed afterwards: none may still be at it. */
  @Test
  void aFailureIsToldAfterAllPartsHaveEnded() {
    AtomicInteger ended = new AtomicInteger();
    CountDownLatch failed = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                AllCores.each(
                    4,
                    part -> {
                      if (part == 0) {
                        failed.countDown();
                        throw new IllegalStateException("part 0");
                      }
                      await(failed);
                      pause();
                      ended.incrementAndGet();
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("part 0");
    assertThat(ended).hasValue(3);
  }

  @Test
  void aFailureOfAnotherThreadIsTheCallers() {
    assertThatThrownBy(
            () ->
                AllCores.each(
                    3,
                    part -> {
                      if (part == 2) {
                        throw new OutOfMemoryError("part 2");
                      }
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
