package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On a clock of its own. */
class PatienceTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int RATE = 1000;

  private long now = -7 * SECOND; // System.nanoTime may be negative

  private final Patience patience = new Patience(Duration.ofSeconds(60), RATE);

  /** Waits for so many seconds, or until nothing is left; says whether that happened. */
  private boolean waits(Patience waiting, double seconds) {
    waiting.begin(now);
    long left = waiting.left(now);
    long time = Math.min(left, (long) (seconds * SECOND));
    now += time;
    waiting.end(now);
    return time < (long) (seconds * SECOND);
  }

  @Test
  void silenceEndsIt() {
    assertThat(waits(patience, 59)).isFalse();
    assertThat(waits(patience, 2)).isTrue();
    assertThat(patience.over("the peer", "sent", now))
        .hasMessage(
            "the peer was waited for 60 s and more, and sent fewer than 1000 bytes a second; "
                + "the session is given up");
  }

  @Test
  void aByteNowAndThenDoesNotKeepIt() {
    int seconds = 0;
    while (!waits(patience, 1)) {
      patience.moved(1, now);
      seconds++;
    }
    assertThat(seconds).isBetween(58, 61);
  }

  @Test
  void aMessageAsLateAsPossibleDoesNotKeepIt() {
    int messages = 0;
    while (!waits(patience, 30)) {
      patience.moved(5, now);
      patience.message();
      messages++;
    }
    assertThat(messages).isEqualTo(2);
  }

  @Test
  void whoIsFastEnoughOnAverageStays() {
    for (int i = 0; i < 1000; i++) {
      assertThat(waits(patience, 50)).isFalse();
      patience.moved(50 * RATE, now);
    }
    // Many round trips with small messages.
    for (int i = 0; i < 10_000; i++) {
      assertThat(waits(patience, 0.9)).isFalse();
      patience.moved(20, now);
      patience.message();
    }
  }

  @Test
  void aStoreHoldsNoMoreThanItsSize() {
    patience.moved(Long.MAX_VALUE, now);
    patience.message();
    assertThat(waits(patience, 61)).isTrue();
    patience.refill();
    assertThat(waits(patience, 59)).isFalse();
  }

  @Test
  void withoutALeastThroughputEveryWaitIsTheFirst() {
    Patience lenient = new Patience(Duration.ofSeconds(60), 0);
    for (int i = 0; i < 10; i++) {
      assertThat(waits(lenient, 59)).isFalse();
    }
    lenient.begin(now);
    now += 59 * SECOND;
    lenient.moved(1, now); // taken while it waits
    assertThat(lenient.left(now)).isEqualTo(60 * SECOND);
    now += 60 * SECOND;
    assertThat(lenient.left(now)).isZero();
    assertThat(lenient.over("the peer", "took", now))
        .hasMessage("the peer took nothing for 60 s; the session is given up");
  }

  @Test
  void nothingMovesADeadline() {
    patience.startDeadline(Duration.ofSeconds(10), "its setup", now);
    for (int i = 0; i < 10; i++) {
      assertThat(waits(patience, 0.99)).isFalse();
      patience.moved(1 << 20, now);
      patience.message();
    }
    assertThat(waits(patience, 1)).isTrue();
    assertThat(patience.over("the peer", "sent", now))
        .hasMessage("the peer did not complete its setup within 10 s; the session is given up");
    patience.endDeadline();
    assertThat(waits(patience, 30)).isFalse();
  }
}
