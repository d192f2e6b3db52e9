package io.sotto.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every form of channel has to do. */
@Timeout(60)
abstract class ChannelContract {
  static final MessageKind PING = new MessageKind(100, "ping");
  static final MessageKind PONG = new MessageKind(101, "pong");

  record Ends(Channel a, Channel b) {}

  /** Two connected ends; calls give up after that time. */
  abstract Ends connect(Duration patience) throws Exception;

  private Channel a;
  private Channel b;

  @BeforeEach
  void open() throws Exception {
    Ends ends = connect(Duration.ofSeconds(30));
    a = ends.a();
    b = ends.b();
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  private static ByteBuffer bytes(int count) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    for (int i = 0; i < count; i++) {
      buffer.put(i, (byte) (i * 31 + count));
    }
    return buffer;
  }

  @Test
  void carriesMessagesInOrderAndConsumesTheBuffer() {
    for (int size : new int[] {0, 1, 100_000, 3}) {
      ByteBuffer payload = bytes(size);
      a.send(PING, payload);
      assertThat(payload.remaining()).isZero();
    }
    a.flush();
    for (int size : new int[] {0, 1, 100_000, 3}) {
      ByteBuffer got = size == 1 ? ByteBuffer.allocate(1) : ByteBuffer.allocateDirect(size);
      b.receive(PING, got);
      assertThat(got.flip()).isEqualTo(bytes(size));
    }
  }

  @Test
  void sendsOnlyWhatLiesBetweenPositionAndLimit() {
    ByteBuffer payload = bytes(10).position(3).limit(7);
    a.send(PING, payload);
    a.flush();
    assertThat(b.receive(PING, 100)).isEqualTo(bytes(10).position(3).limit(7));
  }

  @Test
  void fillsOnlyTheRestOfTheDestination() {
    a.send(PING, bytes(4));
    a.flush();
    ByteBuffer got = ByteBuffer.allocate(8).position(2).limit(6);
    b.receive(PING, got);
    assertThat(got.position()).isEqualTo(6);
    assertThat(got.flip().position(2)).isEqualTo(bytes(4));
  }

  @Test
  void countsHeadersBytesAndRounds() {
    a.send(PING, bytes(10));
    a.send(PING, bytes(20));
    b.receive(PING, ByteBuffer.allocate(10));
    b.receive(PING, ByteBuffer.allocate(20));
    b.send(PONG, bytes(7));
    a.receive(PONG, ByteBuffer.allocate(7));
    a.send(PING, bytes(0));
    b.receive(PING, ByteBuffer.allocate(0));
    b.send(PONG, bytes(1));
    b.send(PONG, bytes(1));
    a.receive(PONG, 5);
    a.receive(PONG, 5);
    assertThat(a.traffic()).isEqualTo(new Traffic(30 + 15, 9 + 15, 2));
    assertThat(b.traffic()).isEqualTo(new Traffic(9 + 15, 30 + 15, 1));
  }

  @Test
  void refusesAnotherKindAndIsDeadThen() {
    a.send(PING, bytes(4));
    a.send(PONG, bytes(4));
    a.flush();
    assertThatThrownBy(() -> b.receive(PONG, ByteBuffer.allocate(4)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("pong");
    assertThatThrownBy(() -> b.receive(PONG, ByteBuffer.allocate(4)))
        .isInstanceOf(ChannelClosedException.class);
    assertThatThrownBy(() -> b.send(PONG, ByteBuffer.allocate(4)))
        .isInstanceOf(ChannelClosedException.class);
  }

  @Test
  void refusesAShorterMessage() {
    a.send(PING, bytes(3));
    a.flush();
    assertThatThrownBy(() -> b.receive(PING, ByteBuffer.allocate(4)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("3 bytes, expected 4");
  }

  @Test
  void refusesALongerMessage() {
    a.send(PING, bytes(5));
    a.flush();
    assertThatThrownBy(() -> b.receive(PING, ByteBuffer.allocate(4)))
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void refusesAMessageAboveTheMaximum() {
    a.send(PING, bytes(5));
    a.flush();
    assertThatThrownBy(() -> b.receive(PING, 4)).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void refusesToSendWhatNoPeerAccepts() {
    assertThatThrownBy(() -> a.send(PING, ByteBuffer.allocate(Channel.MAX_PAYLOAD_BYTES + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("67108865");
    assertThatThrownBy(() -> a.send(MessageKind.ABORT, ByteBuffer.allocate(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesToWaitForWhatNoPeerSends() {
    for (int mostBytes : new int[] {-1, Channel.MAX_PAYLOAD_BYTES + 1}) {
      assertThatThrownBy(() -> a.receive(PING, mostBytes))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'ping' is awaited with at most " + mostBytes + " bytes");
    }
  }

  @Test
  void tellsThePeerWhyItGivesUp() {
    for (AbortReason reason : AbortReason.values()) {
      assertThat(AbortReason.ofCode(reason.code())).isEqualTo(reason);
    }
    a.send(PING, bytes(2));
    a.abort(AbortReason.REFUSED);
    b.receive(PING, ByteBuffer.allocate(2));
    assertThatThrownBy(() -> b.receive(PING, 10))
        .isInstanceOfSatisfying(
            PeerAbortException.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.REFUSED));
    assertThatThrownBy(() -> a.receive(PING, 10)).isInstanceOf(ChannelClosedException.class);
  }

  @Test
  void canStillTellThePeerAfterAViolation() {
    a.send(PING, bytes(4));
    a.flush();
    assertThatThrownBy(() -> b.receive(PONG, 4)).isInstanceOf(PeerViolationException.class);
    b.abort(AbortReason.PROTOCOL_VIOLATION);
    assertThatThrownBy(() -> a.receive(PING, 10)).isInstanceOf(PeerAbortException.class);
  }

  @Test
  void deliversWhatWasSentBeforeTheClose() {
    a.send(PING, bytes(200_000));
    a.close();
    ByteBuffer got = ByteBuffer.allocate(200_000);
    b.receive(PING, got);
    assertThat(got.flip()).isEqualTo(bytes(200_000));
    assertThatThrownBy(() -> b.receive(PING, 10)).isInstanceOf(ChannelClosedException.class);
  }

  @Test
  void closeFromAnotherThreadWakesTheWaitingOne() throws Exception {
    Thread closer =
        new Thread(
            () -> {
              try {
                Thread.sleep(100);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              a.close();
            });
    closer.start();
    assertThatThrownBy(() -> a.receive(PING, 10)).isInstanceOf(ChannelClosedException.class);
    closer.join();
  }

  @Test
  void aPeerThatIsGoneWakesTheWaitingOne() throws Exception {
    AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                a.receive(PING, 10);
              } catch (ChannelException e) {
                seen.set(e);
              }
            });
    waiting.start();
    b.close();
    waiting.join();
    assertThat(seen.get()).isInstanceOf(ChannelClosedException.class);
  }

  @Test
  void takesItsBufferFromBothSidesWithoutBlocking() {
    int half = Channel.BUFFERED_BYTES / 2 - Channel.HEADER_BYTES;
    a.send(PING, bytes(half));
    a.send(PING, bytes(half));
    b.send(PING, bytes(half));
    b.send(PING, bytes(half));
    ByteBuffer got = ByteBuffer.allocate(half);
    a.receive(PING, got);
    b.receive(PING, got.clear());
    a.receive(PING, got.clear());
    b.receive(PING, got.clear());
    assertThat(got.flip()).isEqualTo(bytes(half));
  }

  @Test
  void takesOneMessageLargerThanItsBufferWithoutBlocking() {
    a.send(PING, bytes(Channel.BUFFERED_BYTES + 1));
    ByteBuffer got = ByteBuffer.allocate(Channel.BUFFERED_BYTES + 1);
    b.receive(PING, got);
    assertThat(got.flip()).isEqualTo(bytes(Channel.BUFFERED_BYTES + 1));
  }

  @Test
  void givesUpOnASilentPeer() throws Exception {
    Ends ends = connect(Duration.ofMillis(200));
    try (Channel one = ends.a();
        Channel two = ends.b()) {
      assertThatThrownBy(() -> one.receive(PING, 10)).isInstanceOf(ChannelClosedException.class);
      assertThat(two.traffic()).isEqualTo(Traffic.NONE);
    }
  }

  @Test
  void memoryForAPeerThatDoesNotReceiveIsBounded() throws Exception {
    Ends ends = connect(Duration.ofMillis(300));
    try (Channel one = ends.a();
        Channel two = ends.b()) {
      ByteBuffer megabyte = ByteBuffer.allocateDirect(1 << 20);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  one.send(PING, megabyte.clear());
                }
              })
          .isInstanceOf(ChannelClosedException.class);
      assertThat(one.traffic().bytesSent()).isGreaterThanOrEqualTo(3L << 20);
      assertThat(two.traffic()).isEqualTo(Traffic.NONE);
    }
  }

  @Test
  void closingTwiceIsFine() {
    a.close();
    a.close();
    a.abort(AbortReason.BUSY);
    assertThatThrownBy(() -> a.send(PING, bytes(1))).isInstanceOf(ChannelClosedException.class);
  }
}
