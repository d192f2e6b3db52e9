package io.sotto.converter.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.Channel;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.PeerViolationException;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class PackedMessagesTest {
  private static final long SEED = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @ParameterizedTest
  @CsvSource({"13, 1", "26, 7", "39, 1000", "56, 4097", "5, 600000"})
  void numbersArriveAndCostWhatIsDeclared(int bits, int count) {
    PackedMessages messages = new PackedMessages(MessageKinds.REVEAL, bits, count);
    Random random = new Random(SEED);
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT);
        NativeBuffer sent = NativeBuffer.allocateLongs(count);
        NativeBuffer received = NativeBuffer.allocateLongs(count)) {
      for (int i = 0; i < count; i++) {
        sent.longs().put(i, random.nextLong() & ((1L << bits) - 1));
      }
      messages.send(pair.first(), sent);
      messages.receive(pair.second(), received);
      assertThat(received.bytes()).isEqualTo(sent.bytes());
      assertThat(pair.first().traffic().bytesSent()).isEqualTo(messages.wireBytes());
    }
  }

  @Test
  void numbersOutOfRangeAreAViolation() {
    PackedMessages messages = new PackedMessages(MessageKinds.REVEAL, 10, 4);
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT);
        NativeBuffer numbers = NativeBuffer.allocateLongs(4)) {
      numbers.longs().put(2, 700);
      messages.send(pair.first(), numbers);
      assertThatThrownBy(() -> messages.receive(pair.second(), numbers, 700))
          .isInstanceOf(PeerViolationException.class)
          .hasMessageContaining("out of range")
          .hasMessageNotContaining("700");
    }
  }

  @Test
  void spareBitsThatAreSetAreAViolation() {
    PackedMessages messages = new PackedMessages(MessageKinds.REVEAL, 10, 3);
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT);
        NativeBuffer numbers = NativeBuffer.allocateLongs(3)) {
      pair.first().send(MessageKinds.REVEAL, ByteBuffer.wrap(new byte[] {0, 0, 0, (byte) 0x80}));
      assertThatThrownBy(() -> messages.receive(pair.second(), numbers))
          .isInstanceOf(PeerViolationException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"3", "5"})
  void otherLengthsAreAViolation(int bytes) {
    PackedMessages messages = new PackedMessages(MessageKinds.REVEAL, 10, 3);
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT);
        NativeBuffer numbers = NativeBuffer.allocateLongs(3)) {
      Channel receiver = pair.second();
      pair.first().send(MessageKinds.REVEAL, ByteBuffer.allocate(bytes));
      assertThatThrownBy(() -> messages.receive(receiver, numbers))
          .isInstanceOf(PeerViolationException.class);
    }
  }
}
