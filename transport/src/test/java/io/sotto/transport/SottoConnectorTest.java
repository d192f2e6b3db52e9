package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.AbortReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is at the other end, connecting says in one line what is wrong. */
@ExtendWith(NothingLeft.class)
@Timeout(120)
class SottoConnectorTest {
  private static final byte[] HTTP_ANSWER =
      "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final ServerTrust ANY_PIN = ServerTrust.pinned("00".repeat(32));

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> connect("localhost", port, ANY_PIN, ConnectorOptions.defaults()))
        .isInstanceOf(TransportException.class)
        .hasMessage(
            ("no server answers at localhost:" + port + " (connection refused); ")
                + "is `sotto serve` running there, on that port?");
  }

  @Test
  void unknownHost() {
    assertThatThrownBy(
            () -> connect("no-such-host.invalid", 7443, ANY_PIN, ConnectorOptions.defaults()))
        .isInstanceOf(TransportException.class)
        .hasMessage("the host name 'no-such-host.invalid' is unknown; is it spelled right?");
  }

  /** A full backlog, so that the system answers no further connection. */
  @Test
  void noAnswerToTheConnection() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket first = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort());
        Socket second = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort())) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      ConnectorOptions options =
          ConnectorOptions.defaults().withConnectTimeout(Duration.ofMillis(200));
      assertThatThrownBy(() -> connect("127.0.0.1", full.getLocalPort(), ANY_PIN, options))
          .isInstanceOf(TransportException.class)
          .hasMessageMatching("no server answers at .* \\(nothing came in 200 ms\\); .*");
    }
  }

  @Test
  void aPortThatSaysNothing() throws Exception {
    ChannelLimits impatient = ChannelLimits.DEFAULT.withHandshakeTimeout(Duration.ofMillis(200));
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      for (ConnectorOptions options :
          new ConnectorOptions[] {
            ConnectorOptions.defaults().withLimits(impatient),
            ConnectorOptions.defaults().withLimits(impatient).insecureWithoutTls()
          }) {
        assertThatThrownBy(() -> connect("127.0.0.1", silent.getLocalPort(), ANY_PIN, options))
            .isInstanceOf(TransportException.class)
            .hasMessageEndingWith("didn't complete the handshake in 200 ms; is it a Sotto server?");
      }
    }
  }

  @Test
  void aPlainHttpServer() throws Exception {
    try (ServerSocket http = answering(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()))) {
      assertThatThrownBy(
              () -> connect("127.0.0.1", http.getLocalPort(), ANY_PIN, ConnectorOptions.defaults()))
          .isInstanceOf(TransportException.class)
          .hasMessageEndingWith("doesn't speak TLS, so it is not a Sotto server");
      assertThatThrownBy(
              () ->
                  connect(
                      "127.0.0.1",
                      http.getLocalPort(),
                      ANY_PIN,
                      ConnectorOptions.defaults().insecureWithoutTls()))
          .isInstanceOf(TransportException.class)
          .hasMessageEndingWith("is not a Sotto server");
    }
  }

  @Test
  void anHttpsServer(@TempDir Path directory) throws Exception {
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    try (SSLServerSocket https = RawTls.server(identity, "TLSv1.3")) {
      answering(https);
      assertThatThrownBy(
              () ->
                  connect(
                      "127.0.0.1",
                      https.getLocalPort(),
                      ServerTrust.pinned(identity.fingerprint()),
                      ConnectorOptions.defaults()))
          .isInstanceOf(TransportException.class)
          .hasMessage(
              "what answers at 127.0.0.1:" + https.getLocalPort() + " is not a Sotto server");
    }
  }

  @Test
  void aServerOfOldTls(@TempDir Path directory) throws Exception {
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    try (SSLServerSocket old = RawTls.server(identity, "TLSv1.2")) {
      answering(old);
      assertThatThrownBy(
              () ->
                  connect(
                      "127.0.0.1",
                      old.getLocalPort(),
                      ServerTrust.pinned(identity.fingerprint()),
                      ConnectorOptions.defaults()))
          .isInstanceOf(TransportException.class)
          .hasMessageEndingWith("doesn't speak TLS 1.3, so it is not a Sotto server");
    }
  }

  @Test
  void aServerThatClosesAtOnce() throws Exception {
    try (ServerSocket rude = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      inBackground(
          () -> {
            while (true) {
              rude.accept().close();
            }
          });
      assertThatThrownBy(
              () -> connect("127.0.0.1", rude.getLocalPort(), ANY_PIN, ConnectorOptions.defaults()))
          .isInstanceOf(TransportException.class)
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void oneSideWithTlsAndOneWithout(@TempDir Path directory) {
    try (Loopback secure = Loopback.open(directory)) {
      assertThatThrownBy(() -> secure.connect(ConnectorOptions.defaults().insecureWithoutTls()))
          .isInstanceOf(TransportException.class)
          .hasMessageMatching(
              ".*(answers with TLS, and this client was told to connect without|is it a Sotto server, with or without TLS as this client\\?)");
      assertThat(secure.refusal()).endsWith("the client doesn't speak TLS");
    }
    try (Loopback insecure = Loopback.open(null, ListenerOptions.defaults().insecureWithoutTls())) {
      assertThatThrownBy(
              () -> connect("127.0.0.1", insecure.port(), ANY_PIN, ConnectorOptions.defaults()))
          .isInstanceOf(TransportException.class);
      assertThat(insecure.refusal())
          .endsWith("the client speaks TLS, and this server was told to listen without");
    }
  }

  @Test
  void anotherVersionIsToldOnBothSides(@TempDir Path directory) {
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    ServerTrust trust = ServerTrust.pinned(identity.fingerprint());
    try (Loopback newer = Loopback.open(identity, ListenerOptions.defaults(), 7)) {
      assertThatThrownBy(
              () -> connect("127.0.0.1", newer.port(), trust, ConnectorOptions.defaults()))
          .isInstanceOfSatisfying(
              ServerRefusedException.class,
              e -> assertThat(e.reason()).isEqualTo(AbortReason.INCOMPATIBLE))
          .hasMessage(
              ("the server at 127.0.0.1:" + newer.port() + " speaks protocol version 7, ")
                  + "this client 6; update the client");
      assertThat(newer.refusal())
          .endsWith("the client speaks protocol version 6, this server 7; update the client");
    }
    try (Loopback older = Loopback.open(identity, ListenerOptions.defaults())) {
      assertThatThrownBy(
              () ->
                  SottoConnector.connect(
                      "127.0.0.1", older.port(), trust, ConnectorOptions.defaults(), 0x102))
          .isInstanceOf(ServerRefusedException.class)
          .hasMessageEndingWith("speaks protocol version 6, this client 258; update the server");
      assertThat(older.refusal())
          .endsWith("the client speaks protocol version 258, this server 6; update the server");
    }
  }

  @Test
  void wrongUse() {
    for (int port : new int[] {-1, 0, 65536}) {
      assertThatThrownBy(() -> connect("localhost", port, ANY_PIN, ConnectorOptions.defaults()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("port " + port);
    }
    assertThatThrownBy(() -> ConnectorOptions.defaults().withConnectTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ChannelLimits.DEFAULT.withReceiveTimeout(Duration.ofDays(9)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ChannelLimits.DEFAULT.withInboundQueueBytes(1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000");
    assertThatThrownBy(() -> ChannelLimits.DEFAULT.withOutboundQueueBytes(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static NettyChannel connect(
      String host, int port, ServerTrust trust, ConnectorOptions options) {
    return SottoConnector.connect(host, port, trust, options);
  }

  /** Answers whatever is said as a web server answers what it can't read. */
  private static ServerSocket answering(ServerSocket server) {
    inBackground(
        () -> {
          while (true) {
            try (Socket client = server.accept()) {
              if (client.getInputStream().read() >= 0) {
                client.getOutputStream().write(HTTP_ANSWER);
                client.getOutputStream().flush();
                client.getInputStream().readAllBytes();
              }
            } catch (IOException clientGone) {
              if (server.isClosed()) {
                throw clientGone;
              }
            }
          }
        });
    return server;
  }

  /** Runs until its server socket is closed. */
  private interface Server {
    void run() throws IOException;
  }

  private static void inBackground(Server server) {
    Thread thread =
        new Thread(
            () -> {
              try {
                server.run();
              } catch (IOException closed) {
                Thread.currentThread().interrupt();
              }
            },
            "other-server");
    thread.setDaemon(true);
    thread.start();
  }
}
