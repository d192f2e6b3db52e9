package io.sotto.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainSocketChannelTest extends ChannelContract {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private record Sockets(Socket a, Socket b) {
    static Sockets connect() throws IOException {
      try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Socket a = new Socket(listening.getInetAddress(), listening.getLocalPort());
        return new Sockets(a, listening.accept());
      }
    }
  }

  @Override
  Ends connect(Duration patience) throws Exception {
    Sockets sockets = Sockets.connect();
    return new Ends(
        PlainSocketChannel.over(sockets.a, patience), PlainSocketChannel.over(sockets.b, patience));
  }

  /** Bytes as they come from a peer that is not one of ours. */
  private static void assertReceiving(int[] fromPeer, Class<? extends ChannelException> expected)
      throws IOException {
    Sockets sockets = Sockets.connect();
    try (Socket peer = sockets.a;
        PlainSocketChannel channel = PlainSocketChannel.over(sockets.b, PATIENCE)) {
      for (int b : fromPeer) {
        peer.getOutputStream().write(b);
      }
      peer.shutdownOutput();
      assertThatThrownBy(() -> channel.receive(PING, ByteBuffer.allocate(4)))
          .isInstanceOf(expected);
    }
  }

  @Test
  void oddStreamsAreViolationsOrBrokenConnections() throws IOException {
    int ping = PING.code();
    assertReceiving(new int[] {}, ChannelClosedException.class);
    assertReceiving(new int[] {4, 0, 0}, ChannelClosedException.class);
    assertReceiving(new int[] {4, 0, 0, 0, ping}, ChannelClosedException.class);
    assertReceiving(new int[] {4, 0, 0, 0, ping, 1, 2, 3}, ChannelClosedException.class);
    assertReceiving(new int[] {4, 0, 0, 0, 0, 1, 2, 3, 4}, PeerViolationException.class);
    assertReceiving(new int[] {5, 0, 0, 0, ping, 1, 2, 3, 4, 5}, PeerViolationException.class);
    assertReceiving(new int[] {0, 0, 0, 0x80, ping}, PeerViolationException.class);
    assertReceiving(new int[] {1, 0, 0, 4, ping}, PeerViolationException.class);
    assertReceiving(new int[] {0, 0, 0, 0, 1}, PeerViolationException.class);
    assertReceiving(new int[] {2, 0, 0, 0, 1, 1, 1}, PeerViolationException.class);
    assertReceiving(new int[] {1, 0, 0, 0, 1, 0}, PeerViolationException.class);
    assertReceiving(new int[] {1, 0, 0, 0, 1, 77}, PeerViolationException.class);
    assertReceiving(new int[] {1, 0, 0, 0, 1, 1}, PeerAbortException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, Channel.MAX_PAYLOAD_BYTES})
  void headersComeBackAsTheyWent(int length) {
    ByteBuffer bytes = ByteBuffer.allocate(Channel.HEADER_BYTES);
    FrameHeader header = new FrameHeader(length, 255);
    header.encode(bytes);
    assertThat(FrameHeader.decode(bytes.flip())).isEqualTo(header);
  }

  @Test
  void headersOutOfRangeAreWrongUse() {
    assertThatThrownBy(() -> new FrameHeader(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FrameHeader(Channel.MAX_PAYLOAD_BYTES + 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FrameHeader(0, 256)).isInstanceOf(IllegalArgumentException.class);
  }
}
