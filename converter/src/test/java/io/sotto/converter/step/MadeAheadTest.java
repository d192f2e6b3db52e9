package io.sotto.converter.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MadeAheadTest {
  private final List<Integer> closed = Collections.synchronizedList(new ArrayList<>());

  private final class Thing implements AutoCloseable {
    final int number;

    Thing(int number) {
      this.number = number;
    }

    @Override
    public void close() {
      closed.add(number);
    }
  }

  @Test
  void thingsComeInOrder() {
    try (MadeAhead<Thing> things = new MadeAhead<>(20, Thing::new)) {
      for (int i = 0; i < 20; i++) {
        try (Thing thing = things.next()) {
          assertEquals(i, thing.number);
        }
      }
      assertThrows(NoSuchElementException.class, things::next);
    }
    assertEquals(20, closed.size());
  }

  @Test
  void nextOneIsMadeWhileTheCallerUsesOne() throws InterruptedException {
    CountDownLatch second = new CountDownLatch(1);
    try (MadeAhead<Thing> things =
        new MadeAhead<>(
            2,
            i -> {
              if (i == 1) {
                second.countDown();
              }
              return new Thing(i);
            })) {
      try (Thing first = things.next()) {
        assertEquals(0, first.number);
        assertTrue(second.await(30, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void closingWaitsForWhatIsBeingMadeAndClosesIt() {
    CountDownLatch begun = new CountDownLatch(1);
    try (MadeAhead<Thing> things =
        new MadeAhead<>(
            3,
            i -> {
              if (i == 1) {
                begun.countDown();
                awaitClosing();
              }
              return new Thing(i);
            })) {
      things.next().close();
      assertTrue(begun.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertEquals(List.of(0, 1), closed);
  }

  /** Some time in which a close that didn't wait would be over. */
  private static void awaitClosing() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void failureIsThrownByTheNextThatItWasFor() {
    IllegalStateException failure = new IllegalStateException("no second one");
    try (MadeAhead<Thing> things =
        new MadeAhead<>(
            3,
            i -> {
              if (i == 1) {
                throw failure;
              }
              return new Thing(i);
            })) {
      things.next().close();
      assertEquals(failure, assertThrows(IllegalStateException.class, things::next));
    }
    assertEquals(List.of(0), closed);
  }

  @Test
  void failureThatNobodyAsksForIsDropped() {
    try (MadeAhead<Thing> things =
        new MadeAhead<>(
            2,
            i -> {
              if (i == 1) {
                throw new IllegalStateException("nobody wants it");
              }
              return new Thing(i);
            })) {
      things.next().close();
    }
    assertEquals(List.of(0), closed);
  }
}
