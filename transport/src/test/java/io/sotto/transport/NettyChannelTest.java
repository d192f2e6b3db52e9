package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NettyChannelTest {
  @Test
  void messagesCrossBothWays(@TempDir Path directory) {
    try (Loopback loopback = Loopback.open(directory.resolve("id"));
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      client.send(Loopback.DATA, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      client.flush();
      assertThat(server.receive(Loopback.DATA, 10))
          .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      server.send(Loopback.OTHER, ByteBuffer.allocate(0));
      server.flush();
      assertThat(client.receive(Loopback.OTHER, 0).remaining()).isZero();
      assertThat(client.traffic().bytesSent()).isEqualTo(8);
    }
    assertThat(Loopback.threads()).isEmpty();
  }
}
