package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.PeerViolationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a client does, it is one line of report, or one exception in its own session. */
@ExtendWith(NothingLeft.class)
@Timeout(120)
class HostileClientTest {
  private static final String HELLO = "534f54544f 0600 00";
  private static final byte[] HTTP =
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final List<AutoCloseable> open = new ArrayList<>();
  private Loopback loopback;

  // Set before each test; the checker can't know.
  @SuppressWarnings("NullAway.Init")
  HostileClientTest() {}

  @BeforeEach
  void listen(@TempDir Path directory) {
    loopback = open(directory, Loopback.LIMITS);
  }

  private static Loopback open(Path directory, ChannelLimits limits) {
    return Loopback.open(
        ServerIdentity.loadOrCreate(directory), ListenerOptions.defaults().withLimits(limits));
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : open) {
      resource.close();
    }
    stillServes();
    loopback.close();
  }

  private void stillServes() {
    try (NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      client.send(Loopback.DATA, ByteBuffer.allocate(3));
      client.flush();
      assertThat(server.receive(Loopback.DATA, 3).remaining()).isEqualTo(3);
    }
  }

  @Test
  void plainHttp() throws Exception {
    Socket client = plain();
    client.getOutputStream().write(HTTP);
    assertThat(loopback.refusal()).endsWith(": the client doesn't speak TLS");
    drain(client);
  }

  @Test
  void httpInTls() throws Exception {
    SSLSocket client = tls();
    client.getOutputStream().write(HTTP);
    assertThat(loopback.refusal()).endsWith(": not a Sotto client");
    assertThat(client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void nothingButTls12() throws Exception {
    Socket connection = plain();
    assertThatThrownBy(() -> RawTls.client(connection, "TLSv1.2")).isInstanceOf(SSLException.class);
    assertThat(loopback.refusal()).contains("the TLS handshake failed");
  }

  @Test
  void silence(@TempDir Path directory) throws Exception {
    ChannelLimits impatient = Loopback.LIMITS.withHandshakeTimeout(Duration.ofMillis(300));
    try (Loopback hurried = open(directory, impatient);
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), hurried.port())) {
      assertThat(hurried.refusal()).endsWith(": no handshake within 300 ms");
      drain(silent);
    }
    try (Loopback hurried = open(directory, impatient);
        Socket connection = new Socket(InetAddress.getLoopbackAddress(), hurried.port())) {
      // On a machine this slow TLS may take longer than the timeout; both ends are the same line.
      try (SSLSocket silent = RawTls.client(connection, "TLSv1.3")) {
        silent.getOutputStream().write(hex("534f54"));
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
      } catch (SSLException tooSlow) {
        assertThat(connection.isClosed()).isTrue();
      }
      assertThat(hurried.refusal()).endsWith(": no handshake within 300 ms");
    }
  }

  @Test
  void leavingBeforeTheGreeting() throws Exception {
    plain().close();
    assertThat(loopback.refusal())
        .matches(".*: (gone before its greeting|the TLS handshake failed: .*)");
    SSLSocket client = tls();
    client.getOutputStream().write(hex("534f"));
    client.close();
    assertThat(loopback.refusal()).endsWith(": gone before its greeting");
  }

  @Test
  void moreHandshakesAtATimeThanAllowed() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < SottoListener.MAX_HANDSHAKES; i++) {
      silent.add(plain());
    }
    stillServes();
    String refusal = loopback.refusal();
    assertThat(refusal)
        .endsWith("closed in its handshake, since there were 64 and its address had the most");
    for (Socket socket : silent) {
      if (refusal.startsWith("127.0.0.1:" + socket.getLocalPort() + ":")) {
        drain(socket);
      }
    }
    for (AutoCloseable socket : open) {
      socket.close();
    }
    for (int i = 1; i < SottoListener.MAX_HANDSHAKES; i++) {
      loopback.refusal();
    }
  }

  @Test
  void anOversizedLength() throws Exception {
    violates("ffffffff 11", "4294967295 bytes");
  }

  @Test
  void aKindThatIsNotExpected() throws Exception {
    violates("02000000 00 aabb", "kind 0");
  }

  @Test
  void anAbortThatIsNone() throws Exception {
    violates("01000000 01 77", "abort reason 119 is unknown");
  }

  private void violates(String frame, String words) throws Exception {
    SSLSocket client = greeted(frame);
    NettyChannel server = loopback.accepted();
    assertThatThrownBy(() -> server.receive(Loopback.DATA, 2))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining(words);
    // The client learns that it broke the protocol, and nothing else.
    assertThat(client.getInputStream().readAllBytes()).isEqualTo(hex("01000000 01 01"));
  }

  @Test
  void aFrameThatEndsInTheMiddle() throws Exception {
    SSLSocket client = greeted("04000000 11 aabb");
    NettyChannel server = loopback.accepted();
    client.close();
    assertThatThrownBy(() -> server.receive(Loopback.DATA, 4))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessageEndingWith("closed the connection");
  }

  /**
   * Cut off without TLS's own goodbye: the data before it stays good, the end isn't a regular one.
   */
  @Test
  void aConnectionThatIsCut() throws Exception {
    Socket connection = plain();
    SSLSocket client = greeted(connection, "02000000 11 aabb");
    NettyChannel server = loopback.accepted();
    assertThat(server.receive(Loopback.DATA, 2).remaining()).isEqualTo(2);
    connection.close();
    assertThatThrownBy(() -> server.receive(Loopback.DATA, 2))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessageEndingWith("is gone: the connection broke");
    assertThat(client.isClosed()).isFalse();
  }

  @Test
  void bytesThatTlsDidNotProtect() throws Exception {
    Socket connection = plain();
    SSLSocket client = greeted(connection, "02000000 11 aabb");
    NettyChannel server = loopback.accepted();
    connection.getOutputStream().write(hex("170303 0020" + "00".repeat(32)));
    assertThat(server.receive(Loopback.DATA, 2).remaining()).isEqualTo(2);
    assertThatThrownBy(() -> client.getInputStream().readAllBytes())
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> server.receive(Loopback.DATA, 2))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessageEndingWith("is gone: the connection broke");
  }

  private Socket plain() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), loopback.port());
    open.add(socket);
    return socket;
  }

  private SSLSocket tls() throws Exception {
    SSLSocket socket = RawTls.client(plain(), "TLSv1.3");
    open.add(0, socket);
    return socket;
  }

  private SSLSocket greeted(String frame) throws Exception {
    return greeted(plain(), frame);
  }

  private SSLSocket greeted(Socket connection, String frame) throws Exception {
    SSLSocket client = RawTls.client(connection, "TLSv1.3");
    open.add(client);
    OutputStream out = client.getOutputStream();
    out.write(hex(HELLO + frame));
    assertThat(client.getInputStream().readNBytes(8)).isEqualTo(hex("534f54544f 0600 00"));
    return client;
  }

  /** Reads what the server may have had to say until it closes. */
  private static void drain(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        Thread.onSpinWait();
      }
    } catch (IOException reset) {
      assertThat(socket.isClosed()).isFalse();
    }
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }
}
