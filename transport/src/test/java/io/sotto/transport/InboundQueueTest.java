package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sotto.channel.ChannelClosedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeft.class)
class InboundQueueTest {
  private final List<String> asked = new ArrayList<>();
  private final InboundQueue queue =
      new InboundQueue(
          100_000,
          new Patience(Duration.ofMillis(20), 0),
          "the peer",
          PooledByteBufAllocator.DEFAULT,
          new InboundQueue.Reading() {
            @Override
            public void pause() {
              asked.add("pause");
            }

            @Override
            public void resume() {
              asked.add("resume");
            }
          },
          () -> 0);

  @Test
  void pausesWhenFullAndResumesWhenHalfEmpty() {
    queue.offer(buffer(99_999, 99_999));
    assertThat(asked).isEmpty();
    queue.offer(buffer(1, 1));
    queue.offer(buffer(10, 10));
    assertThat(asked).containsExactly("pause");
    assertThat(queue.peakBytes()).isEqualTo(100_010);
    queue.read(ByteBuffer.allocate(50_009));
    assertThat(asked).containsExactly("pause");
    queue.read(ByteBuffer.allocate(1));
    assertThat(asked).containsExactly("pause", "resume");
    queue.discard();
    assertThat(asked).containsExactly("pause", "resume");
  }

  @Test
  void resumesWhenDiscardingSoThatTheConnectionCanEnd() {
    queue.offer(buffer(100_000, 100_000));
    queue.discard();
    assertThat(asked).containsExactly("pause", "resume");
    queue.offer(buffer(100_000, 100_000)); // released at once, or the extension complains
    assertThat(asked).containsExactly("pause", "resume");
  }

  /** Whatever the sizes: the memory held is bounded by the bytes held. */
  @Test
  void tinyAndHalfEmptyBuffersDontPileUp() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    int queued = 0;
    for (int i = 0; queued < 8 << 20; i++) {
      int size = i % 2 == 0 ? 1 + random.nextInt(10) : 1 + random.nextInt(20_000);
      queue.offer(buffer(size, Math.max(size, random.nextInt(65_536))));
      queued += size;
    }
    assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before)
        .as("seed %d", seed)
        .isLessThan(2L * queued + (128 << 10));
    queue.discard();
  }

  @Test
  void bytesKeepTheirOrderHoweverTheyAreCut() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] all = new byte[4 << 20];
    random.nextBytes(all);
    int in = 0;
    int out = 0;
    while (out < all.length) {
      int size = Math.min(random.nextInt(random.nextBoolean() ? 20 : 30_000), all.length - in);
      queue.offer(
          PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(size, 1)).writeBytes(all, in, size));
      in += size;
      byte[] taken = new byte[random.nextInt(in - out + 1)];
      queue.read(ByteBuffer.wrap(taken));
      assertThat(Arrays.mismatch(taken, 0, taken.length, all, out, out + taken.length))
          .as("seed %d, from byte %d", seed, out)
          .isEqualTo(-1);
      out += taken.length;
    }
    queue.discard();
  }

  @Test
  void whatCameBeforeTheEndCanBeReadAndNothingAfter() {
    queue.offer(buffer(3, 3));
    queue.end(new ChannelClosedException("first"));
    queue.end(new ChannelClosedException("second"));
    queue.offer(buffer(5, 5));
    queue.read(ByteBuffer.allocate(2));
    assertThatThrownBy(() -> queue.read(ByteBuffer.allocate(2)))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessage("first");
    queue.discard();
  }

  @Test
  void givesUpWaiting() {
    queue.offer(buffer(3, 3));
    assertThatThrownBy(() -> queue.read(ByteBuffer.allocate(4)))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessage("the peer sent nothing for 20 ms; the session is given up");
    queue.discard();
  }

  private static ByteBuf buffer(int size, int capacity) {
    return PooledByteBufAllocator.DEFAULT.directBuffer(capacity).writeZero(size);
  }

  /** A peer that is still taking what it has to answer isn't silent, if it takes enough. */
  @Test
  void whatThePeerTakesCountsWhileItIsWaitedFor() {
    AtomicLong taken = new AtomicLong();
    AtomicInteger looks = new AtomicInteger();
    InboundQueue waiting =
        new InboundQueue(
            100_000,
            new Patience(Duration.ofMillis(20), 1000),
            "the peer",
            PooledByteBufAllocator.DEFAULT,
            new InboundQueue.Reading() {
              @Override
              public void pause() {}

              @Override
              public void resume() {}
            },
            () -> taken.addAndGet(looks.getAndIncrement() < 10 ? 20 : 0));
    long start = System.nanoTime();
    assertThatThrownBy(() -> waiting.read(ByteBuffer.allocate(1)))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessageContaining("sent fewer than 1000 bytes a second");
    // 20 ms, and for each of the further 9 times 20 ms more.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
  }
}
