package io.sotto.channel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InMemoryChannelTest extends ChannelContract {
  @Override
  Ends connect(Duration patience) {
    InMemoryChannel.Pair pair = InMemoryChannel.pair(patience);
    return new Ends(pair.first(), pair.second());
  }

  @Test
  void sendingToAPeerThatGaveUpSaysWhy() {
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair()) {
      pair.first().abort(AbortReason.BUSY);
      assertThatThrownBy(() -> pair.second().send(PING, ByteBuffer.allocate(1)))
          .isInstanceOf(PeerAbortException.class)
          .hasMessageContaining("busy");
    }
  }

  @Test
  void sendingToAPeerThatClosedFails() {
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair()) {
      pair.first().close();
      assertThatThrownBy(() -> pair.second().send(PING, ByteBuffer.allocate(1)))
          .isInstanceOf(ChannelClosedException.class);
    }
  }
}
