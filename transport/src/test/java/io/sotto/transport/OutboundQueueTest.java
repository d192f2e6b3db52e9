package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sotto.channel.AbortReason;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerAbortException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeft.class)
@Timeout(30)
class OutboundQueueTest {
  private static final MessageKind KIND = new MessageKind(9, "TESTED");
  private static final int HEADER = 5;

  private final EmbeddedChannel socket = new EmbeddedChannel();
  private final AtomicLong taken = new AtomicLong();
  private @Nullable PeerAbortException lastWord;

  private final OutboundQueue queue = queue(new Patience(Duration.ofMillis(20), 0));

  OutboundQueueTest() {
    socket.config().setAllocator(PooledByteBufAllocator.DEFAULT);
  }

  private OutboundQueue queue(Patience patience) {
    return new OutboundQueue(socket, "the peer", patience, taken::get, () -> lastWord);
  }

  /** What reached the socket. */
  private byte[] written() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuf next = socket.readOutbound(); next != null; next = socket.readOutbound()) {
      try {
        next.readBytes(bytes, next.readableBytes());
      } catch (IOException e) {
        throw new AssertionError(e);
      } finally {
        next.release();
      }
    }
    return bytes.toByteArray();
  }

  private static ByteBuffer payload(int bytes) {
    ByteBuffer payload = ByteBuffer.allocate(bytes);
    for (int i = 0; i < bytes; i++) {
      payload.put(i, (byte) i);
    }
    return payload;
  }

  /** The socket says that it has enough. */
  private void fill() {
    socket.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    assertThat(socket.isWritable()).isFalse();
  }

  @Test
  void gathersFramesUntilTheyAreShipped() {
    queue.put(KIND, payload(3));
    queue.put(KIND, payload(0));
    assertThat(written()).isEmpty();
    queue.ship();
    assertThat(written()).containsExactly(3, 0, 0, 0, 9, 0, 1, 2, 0, 0, 0, 0, 9);
    queue.close(null);
  }

  @Test
  void shipsWhatFillsABatch() {
    int bytes = 3 * 256 * 1024;
    queue.put(KIND, payload(bytes));
    byte[] begun = written();
    assertThat(begun).hasSize(bytes);
    queue.close(null);
    assertThat(written()).hasSize(HEADER);
  }

  @Test
  void saysItsLastWordBehindWhatWasSent() {
    queue.put(KIND, payload(1));
    queue.close(AbortReason.BUSY);
    assertThat(written()).containsExactly(1, 0, 0, 0, 9, 0, 1, 0, 0, 0, 1, AbortReason.BUSY.code());
    assertThatThrownBy(() -> queue.put(KIND, payload(1)))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessage("the connection to the peer was closed here");
    assertThat(queue.isOpen()).isFalse();
  }

  @Test
  void saysNothingInTheMiddleOfAFrame() {
    ByteBuffer payload = payload(256 * 1024);
    queue.put(KIND, payload(256 * 1024 - 2 * HEADER)); // all of a batch but a header
    fill();
    assertThatThrownBy(() -> queue.put(KIND, payload))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessageContaining("the peer took nothing for 20 ms");
    queue.close(AbortReason.BUSY);
    byte[] written = written();
    assertThat(written).hasSize(256 * 1024).endsWith(0, 0, 4, 0, 9);
  }

  @Test
  void waitsAsLongAsThePeerTakesSome() {
    AtomicInteger looks = new AtomicInteger();
    OutboundQueue slow =
        new OutboundQueue(
            socket,
            "the peer",
            new Patience(Duration.ofMillis(20), 0),
            () -> taken.addAndGet(looks.getAndIncrement() < 10 ? 1 : 0),
            () -> null);
    fill();
    long start = System.nanoTime();
    assertThatThrownBy(() -> slow.put(KIND, payload(1)))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessageContaining("the peer took nothing for 20 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(150));
    slow.close(null);
    assertThat(written()).isEmpty();
  }

  @Test
  void aLostConnectionGivesWhatThePeerSaidLast() {
    fill();
    queue.lose();
    assertThatThrownBy(() -> queue.put(KIND, payload(1)))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessage("the connection to the peer was lost while sending");
    lastWord = new PeerAbortException(AbortReason.BUSY);
    assertThatThrownBy(() -> queue.put(KIND, payload(1))).isSameAs(lastWord);
    queue.close(AbortReason.BUSY); // nobody is left to hear it
    assertThat(written()).isEmpty();
  }
}
