package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.PooledByteBufAllocator;
import io.sotto.channel.Channel;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.ChannelException;
import io.sotto.channel.MessageKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * Arbitrary bytes in arbitrary pieces against arbitrary expectations. Without JAZZER_FUZZ=1 it
 * replays the checked-in inputs.
 */
class FrameDecoderFuzzTest {
  private static final InboundQueue.Reading UNPAUSED =
      new InboundQueue.Reading() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}
      };

  @FuzzTest(maxDuration = "60s")
  void decodesOrThrowsAChannelException(FuzzedDataProvider data) {
    MessageKind kind = new MessageKind(data.consumeInt(2, 255), "FUZZED");
    int maxBytes = data.consumeInt(0, 4096);
    boolean exact = data.consumeBoolean();
    int pieces = data.consumeInt(1, 16);
    byte[] bytes = data.consumeRemainingAsBytes();

    InboundQueue queue =
        new InboundQueue(
            1 << 20,
            new Patience(Duration.ofSeconds(1), 0),
            "fuzzer",
            PooledByteBufAllocator.DEFAULT,
            UNPAUSED,
            () -> 0);
    long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    for (int i = 0, from = 0; i < pieces; i++) {
      int to = i == pieces - 1 ? bytes.length : Math.min(bytes.length, from + 1 + i * 7);
      queue.offer(PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes, from, to - from));
      from = to;
    }
    queue.end(new ChannelClosedException("the end of the input"));
    FrameDecoder decoder = new FrameDecoder(queue);
    int position = 0;
    try {
      while (true) {
        ByteBuffer payload = ByteBuffer.allocate(exact ? maxBytes : 0);
        if (exact) {
          decoder.next(kind, payload);
          payload.flip();
        } else {
          payload = decoder.next(kind, maxBytes);
        }
        // What was accepted is what the bytes say.
        assertThat(bytes[position + 4] & 0xff).isEqualTo(kind.code());
        position += Channel.HEADER_BYTES;
        assertThat(payload.remaining()).isLessThanOrEqualTo(maxBytes);
        assertThat(payload)
            .isEqualTo(
                ByteBuffer.wrap(
                    Arrays.copyOfRange(bytes, position, position + payload.remaining())));
        position += payload.remaining();
        assertThat(decoder.bytesDecoded()).isEqualTo(position);
      }
    } catch (ChannelException expected) {
      assertThat(decoder.bytesDecoded()).isLessThanOrEqualTo(bytes.length);
    }
    decoder.findAbort();
    assertThat(decoder.bytesDecoded()).isLessThanOrEqualTo(bytes.length);
    queue.discard();
    assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()).isEqualTo(before);
  }
}
