package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.AbortReason;
import io.sotto.channel.PeerAbortException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NothingLeft.class)
@Timeout(120)
class SottoListenerTest {

  @Test
  void aPortInUseIsOneLine(@TempDir Path directory) {
    try (Loopback first = Loopback.open(directory)) {
      ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
      assertThatThrownBy(
              () ->
                  SottoListener.bind(
                      "127.0.0.1",
                      first.port(),
                      identity,
                      ListenerOptions.defaults(),
                      (channel, peer) -> {}))
          .isInstanceOf(TransportException.class)
          .hasMessage(
              ("port " + first.port() + " is already in use (listening at 127.0.0.1:")
                  + (first.port() + " failed); is another `sotto serve` running? stop it or ")
                  + "choose another port");
    }
  }

  @Test
  void anAddressThatIsNotOursIsOneLine(@TempDir Path directory) {
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    assertThatThrownBy(() -> bind("192.0.2.1", identity, ListenerOptions.defaults()))
        .isInstanceOf(TransportException.class)
        .hasMessage("can't listen at 192.0.2.1:0: this machine has no such address");
    assertThatThrownBy(() -> bind("no-such-host.invalid", identity, ListenerOptions.defaults()))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("unknown");
  }

  @Test
  void wrongUse(@TempDir Path directory) {
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    assertThatThrownBy(() -> bind("127.0.0.1", null, ListenerOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("insecureWithoutTls");
    ListenerOptions contradiction =
        ListenerOptions.defaults()
            .requireClientCertificates(directory.resolve("cert.pem"))
            .insecureWithoutTls();
    assertThatThrownBy(() -> bind("127.0.0.1", identity, contradiction))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TLS is off");
    assertThatThrownBy(() -> ListenerOptions.defaults().withMaxConnections(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                SottoListener.bind(
                    "127.0.0.1", 70000, identity, ListenerOptions.defaults(), (c, p) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("70000");
  }

  @Test
  void oneTooManyIsToldThatTheServerIsBusy(@TempDir Path directory) {
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    ListenerOptions options =
        ListenerOptions.defaults().withLimits(Loopback.LIMITS).withMaxConnections(2);
    try (Loopback loopback = Loopback.open(identity, options);
        NettyChannel first = loopback.connect();
        NettyChannel second = loopback.connect()) {
      assertThat(loopback.listener.connections()).isEqualTo(2);
      assertThatThrownBy(loopback::connect)
          .isInstanceOfSatisfying(
              ServerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.BUSY))
          .hasMessageEndingWith("takes no connection now: the server is busy");
      assertThat(loopback.refusal()).endsWith("refused, since all 2 connections are in use");
      assertThat(first.isOpen() && second.isOpen()).isTrue();
    }
  }

  @Test
  void aSlotIsFreeAgainWhenItsSessionEnds(@TempDir Path directory) throws Exception {
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    ListenerOptions options =
        ListenerOptions.defaults().withLimits(Loopback.LIMITS).withMaxConnections(1);
    try (SottoListener listener =
        SottoListener.bind(
            "127.0.0.1",
            0,
            identity,
            options,
            (channel, peer) -> channel.send(Loopback.DATA, ByteBuffer.allocate(1)))) {
      for (int i = 0; i < 5; i++) {
        try (NettyChannel client = connect(listener, identity)) {
          client.receive(Loopback.DATA, 1); // sent by the close, without a flush
        }
        while (listener.connections() > 0) {
          Thread.sleep(1);
        }
      }
    }
  }

  @Test
  void sessionsRunSideBySideOnThreadsOfTheirOwn(@TempDir Path directory) {
    int clients = 8;
    int size = 300_000;
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    CountDownLatch allHere = new CountDownLatch(clients);
    var pool = Executors.newFixedThreadPool(clients);
    try (SottoListener listener =
        SottoListener.bind(
            "127.0.0.1",
            0,
            identity,
            ListenerOptions.defaults().withLimits(Loopback.LIMITS),
            (channel, peer) -> {
              assertThat(Thread.currentThread().getName()).startsWith("sotto-session-");
              allHere.countDown();
              try {
                allHere.await(); // none is served before all are
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              ByteBuffer message = ByteBuffer.allocate(size);
              for (int i = 0; i < 4; i++) {
                channel.receive(Loopback.DATA, message.clear());
                channel.send(Loopback.OTHER, message.flip());
              }
              channel.flush();
            })) {
      List<CompletableFuture<Void>> running =
          IntStream.range(0, clients)
              .mapToObj(
                  number ->
                      CompletableFuture.runAsync(
                          () -> talk(listener, identity, number, size), pool))
              .toList();
      running.forEach(CompletableFuture::join);
    } finally {
      pool.shutdown();
    }
  }

  private static void talk(SottoListener listener, ServerIdentity identity, int number, int size) {
    try (NettyChannel client = connect(listener, identity)) {
      byte[] message = new byte[size];
      for (int i = 0; i < 4; i++) {
        java.util.Arrays.fill(message, (byte) (number * 10 + i));
        client.send(Loopback.DATA, ByteBuffer.wrap(message));
        ByteBuffer answer = client.receive(Loopback.OTHER, size);
        assertThat(answer).isEqualTo(ByteBuffer.wrap(message));
      }
    }
  }

  @Test
  void aSessionThatFailsTellsItsPeerOnlyThat(@TempDir Path directory) {
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    try (SottoListener listener =
        SottoListener.bind(
            "127.0.0.1",
            0,
            identity,
            ListenerOptions.defaults().withLimits(Loopback.LIMITS),
            (channel, peer) -> {
              throw new ExpectedFailure();
            })) {
      for (int i = 0; i < 2; i++) {
        try (NettyChannel client = connect(listener, identity)) {
          assertThatThrownBy(() -> client.receive(Loopback.DATA, 1))
              .isInstanceOfSatisfying(
                  PeerAbortException.class,
                  e -> assertThat(e.reason()).isEqualTo(AbortReason.INTERNAL_ERROR));
        }
      }
    }
  }

  /** A failure of a session, which is logged as one. */
  private static final class ExpectedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExpectedFailure() {
      super("thrown by the test", null, false, false);
    }
  }

  @Test
  void closingTellsTheClientsAndLeavesNothing(@TempDir Path directory) {
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    SottoListener listener =
        SottoListener.bind(
            "127.0.0.1",
            0,
            identity,
            ListenerOptions.defaults().withLimits(Loopback.LIMITS),
            (channel, peer) -> channel.receive(Loopback.DATA, 1));
    try (NettyChannel first = connect(listener, identity);
        NettyChannel second = connect(listener, identity)) {
      listener.close();
      for (NettyChannel client : new NettyChannel[] {first, second}) {
        assertThatThrownBy(() -> client.receive(Loopback.DATA, 1))
            .isInstanceOfSatisfying(
                PeerAbortException.class,
                e -> assertThat(e.reason()).isEqualTo(AbortReason.SHUTTING_DOWN));
      }
      assertThat(listener.connections()).isZero();
      assertThatThrownBy(() -> connect(listener, identity))
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("connection refused");
    }
    listener.close(); // once more does nothing
  }

  private static NettyChannel connect(SottoListener listener, ServerIdentity identity) {
    return SottoConnector.connect(
        "127.0.0.1",
        listener.port(),
        ServerTrust.pinned(identity.fingerprint()),
        ConnectorOptions.defaults().withLimits(Loopback.LIMITS));
  }

  @SuppressWarnings("resource") // it is never opened
  private static void bind(
      String host,
      @org.jspecify.annotations.Nullable ServerIdentity identity,
      ListenerOptions options) {
    SottoListener.bind(host, 0, identity, options, (channel, peer) -> {});
  }
}
