package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sotto.channel.AbortReason;
import io.sotto.channel.Channel;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLeft.class)
@Timeout(120)
class NettyChannelTest {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void messagesCrossBothWaysAndAreCounted(boolean tls, @TempDir Path directory) {
    try (Loopback loopback = open(tls, directory, Loopback.LIMITS);
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      client.send(Loopback.DATA, bytes(1, 2, 3));
      client.flush();
      assertThat(server.receive(Loopback.DATA, 10)).isEqualTo(bytes(1, 2, 3));
      ByteBuffer destination = ByteBuffer.allocateDirect(8).position(2).limit(6);
      server.send(Loopback.OTHER, bytes(9, 8, 7, 6));
      server.send(Loopback.DATA, NOTHING);
      server.flush();
      client.receive(Loopback.OTHER, destination);
      assertThat(destination.position()).isEqualTo(6);
      assertThat(destination.flip().position(2)).isEqualTo(bytes(9, 8, 7, 6));
      ByteBuffer empty = client.receive(Loopback.DATA, 0);
      assertThat(empty.remaining()).isZero();
      assertThat(empty.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(client.traffic()).isEqualTo(new Traffic(8, 14, 1));
      assertThat(server.traffic()).isEqualTo(new Traffic(14, 8, 0));
    }
  }

  /** Both sides send before either receives, as the protocols' pipelines do. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void absorbsThirtyTwoMebibytesWhileTheApplicationDoesNotRead(
      boolean tls, @TempDir Path directory) {
    int messages = 32;
    byte[] mebibyte = new byte[1 << 20];
    try (Loopback loopback = open(tls, directory, Loopback.LIMITS);
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      for (NettyChannel side : new NettyChannel[] {client, server}) {
        for (int i = 0; i < messages; i++) {
          mebibyte[0] = (byte) i;
          side.send(Loopback.DATA, ByteBuffer.wrap(mebibyte));
        }
        side.flush();
      }
      ByteBuffer destination = ByteBuffer.allocateDirect(1 << 20);
      for (NettyChannel side : new NettyChannel[] {server, client}) {
        for (int i = 0; i < messages; i++) {
          side.receive(Loopback.DATA, destination.clear());
          assertThat(destination.get(0)).isEqualTo((byte) i);
        }
      }
    }
  }

  /** The reader starts only when the sender can't go on, so all bounds are reached. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSlowReaderStopsTheSenderAndHoldsNoMoreThanItsQueue(boolean tls, @TempDir Path directory)
      throws Exception {
    int bound = 1 << 20;
    int messages = 48;
    ChannelLimits limits =
        Loopback.LIMITS.withInboundQueueBytes(bound).withOutboundQueueBytes(bound);
    try (Loopback loopback = open(tls, directory, limits);
        NettyChannel client = loopback.connect(ConnectorOptions.defaults().withLimits(limits));
        NettyChannel server = loopback.accepted()) {
      CompletableFuture<Void> sender =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < messages; i++) {
                  client.send(Loopback.DATA, pattern(i, 1 << 20));
                }
                client.flush();
              });
      while (!server.inbound().isPaused()) {
        Thread.sleep(1);
      }
      ByteBuffer destination = ByteBuffer.allocate(1 << 20);
      for (int i = 0; i < messages; i++) {
        server.receive(Loopback.DATA, destination.clear());
        assertThat(destination.flip()).isEqualTo(pattern(i, 1 << 20));
      }
      sender.get(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(server.inbound().peakBytes())
          .isBetween((long) bound, (long) bound + ChannelLimits.INBOUND_OVERSHOOT);
    }
  }

  /** A message may be longer than the whole queue. */
  @Test
  void theLongestMessagePassesThroughASmallQueue(@TempDir Path directory) throws Exception {
    ChannelLimits limits = Loopback.LIMITS.withInboundQueueBytes(256 << 10);
    ByteBuffer longest = pattern(5, Channel.MAX_PAYLOAD_BYTES);
    try (Loopback loopback = open(true, directory, limits);
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      CompletableFuture<Void> sender =
          CompletableFuture.runAsync(
              () -> {
                client.send(Loopback.DATA, longest.duplicate());
                client.flush();
              });
      ByteBuffer destination = ByteBuffer.allocateDirect(Channel.MAX_PAYLOAD_BYTES);
      server.receive(Loopback.DATA, destination);
      sender.get(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(destination.flip()).isEqualTo(longest);
      assertThat(server.inbound().peakBytes())
          .isLessThanOrEqualTo((256 << 10) + ChannelLimits.INBOUND_OVERSHOOT);
    }
  }

  @Test
  void manyMessagesOfAllSizesStayInOrder(@TempDir Path directory) throws Exception {
    long seed = new Random().nextLong();
    int messages = 3000;
    ChannelLimits limits = Loopback.LIMITS.withInboundQueueBytes(128 << 10);
    try (Loopback loopback = open(true, directory, limits);
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      CompletableFuture<Void> echo =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < messages; i++) {
                  server.send(Loopback.OTHER, server.receive(Loopback.DATA, 1 << 20));
                  server.flush();
                }
              });
      CompletableFuture<Void> sender =
          CompletableFuture.runAsync(
              () -> {
                Random random = new Random(seed);
                for (int i = 0; i < messages; i++) {
                  ByteBuffer message = pattern(i, size(random));
                  client.send(Loopback.DATA, message);
                  if (random.nextInt(4) == 0) {
                    client.flush();
                  }
                  if (i % 100
                      == 99) { // one thread only uses a channel: here it also takes the echoes
                    Random again = new Random(seed);
                    receiveEchoes(client, again, i - 99, i + 1);
                  }
                }
              });
      sender.get(100, TimeUnit.SECONDS);
      echo.get(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static void receiveEchoes(NettyChannel client, Random random, int from, int to) {
    for (int i = 0; i < to; i++) {
      int size = size(random);
      random.nextInt(4);
      if (i >= from) {
        assertThat(client.receive(Loopback.OTHER, 1 << 20)).isEqualTo(pattern(i, size));
      }
    }
  }

  private static int size(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> 0;
      case 1 -> random.nextInt(200_000);
      case 2 -> 64 * 1024 - Channel.HEADER_BYTES - random.nextInt(3);
      default -> random.nextInt(500);
    };
  }

  @Test
  void whatTheChannelCountsIsWhatTheWireCarried(@TempDir Path directory) throws Exception {
    try (Loopback loopback = open(true, directory, Loopback.LIMITS);
        CountingProxy proxy = new CountingProxy(loopback.port())) {
      NettyChannel client =
          SottoConnector.connect(
              "127.0.0.1",
              proxy.port(),
              loopback.trust(),
              ConnectorOptions.defaults().withLimits(Loopback.LIMITS));
      NettyChannel server = loopback.accepted();
      for (int i = 0; i < 20; i++) {
        client.send(Loopback.DATA, pattern(i, 100_000 * i));
        client.flush();
        server.receive(Loopback.DATA, ByteBuffer.allocate(100_000 * i));
        server.send(Loopback.OTHER, pattern(i, 77 * i));
        server.flush();
        client.receive(Loopback.OTHER, 77 * i);
      }
      client.send(Loopback.DATA, NOTHING); // held back until the close
      client.close();
      server.receive(Loopback.DATA, NOTHING);
      assertThatThrownBy(() -> server.receive(Loopback.DATA, NOTHING))
          .isInstanceOf(ChannelClosedException.class)
          .hasMessageEndingWith("closed the connection");
      server.close();

      long toServer = proxy.bytesToServer();
      long toClient = proxy.bytesToClient();
      assertThat(client.wireCounters())
          .isEqualTo(
              new WireCounters(
                  toServer,
                  toClient,
                  client.traffic().bytesSent(),
                  client.traffic().bytesReceived()));
      assertThat(server.wireCounters())
          .isEqualTo(
              new WireCounters(
                  toClient,
                  toServer,
                  server.traffic().bytesSent(),
                  server.traffic().bytesReceived()));
      assertThat(server.traffic().bytesReceived()).isEqualTo(client.traffic().bytesSent());
      assertThat(client.traffic()).isEqualTo(new Traffic(19_000_000 + 105, 14_630 + 100, 20));
      assertThat(toServer).isGreaterThan(client.traffic().bytesSent());
    }
  }

  @Test
  void countsAreFinalWithoutTlsAsWell(@TempDir Path directory) throws Exception {
    try (Loopback loopback = open(false, directory, Loopback.LIMITS);
        CountingProxy proxy = new CountingProxy(loopback.port())) {
      NettyChannel client =
          SottoConnector.connect(
              "127.0.0.1",
              proxy.port(),
              ServerTrust.standard(),
              ConnectorOptions.defaults().withLimits(Loopback.LIMITS).insecureWithoutTls());
      NettyChannel server = loopback.accepted();
      client.send(Loopback.DATA, pattern(1, 3_000_000));
      client.close();
      server.receive(Loopback.DATA, 3_000_000);
      server.close();
      long greeting = GreetingHandler.BYTES;
      assertThat(proxy.bytesToServer()).isEqualTo(3_000_005 + greeting);
      assertThat(proxy.bytesToClient()).isEqualTo(greeting);
      assertThat(client.wireCounters())
          .isEqualTo(new WireCounters(3_000_005 + greeting, greeting, 3_000_005, 0));
      assertThat(server.wireCounters())
          .isEqualTo(new WireCounters(greeting, 3_000_005 + greeting, 0, 3_000_005));
    }
  }

  @ParameterizedTest
  @EnumSource(AbortReason.class)
  void anAbortArrivesAfterWhatWasSentBefore(AbortReason reason, @TempDir Path directory) {
    try (Loopback loopback = open(true, directory, Loopback.LIMITS);
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      server.send(Loopback.DATA, bytes(1));
      server.abort(reason);
      assertThat(client.receive(Loopback.DATA, 1)).isEqualTo(bytes(1));
      for (int i = 0; i < 2; i++) { // and again: the channel is dead
        assertThatThrownBy(() -> client.receive(Loopback.DATA, 1))
            .isInstanceOfSatisfying(
                PeerAbortException.class, e -> assertThat(e.reason()).isEqualTo(reason));
      }
      assertThatThrownBy(() -> client.send(Loopback.DATA, bytes(1)))
          .isInstanceOf(PeerAbortException.class);
      assertThatThrownBy(() -> server.receive(Loopback.DATA, 1))
          .isInstanceOf(ChannelClosedException.class);
      assertThatThrownBy(() -> server.send(Loopback.DATA, bytes(1)))
          .isInstanceOf(ChannelClosedException.class);
    }
  }

  /** The sender doesn't receive, but learns why nobody takes its bytes. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAbortReachesASenderThatIsBlocked(boolean tls, @TempDir Path directory) throws Exception {
    ChannelLimits limits =
        Loopback.LIMITS.withInboundQueueBytes(256 << 10).withOutboundQueueBytes(256 << 10);
    try (Loopback loopback = open(tls, directory, limits);
        NettyChannel client = loopback.connect(ConnectorOptions.defaults().withLimits(limits));
        NettyChannel server = loopback.accepted()) {
      server.send(Loopback.OTHER, bytes(4, 4));
      server.flush();
      CompletableFuture<Throwable> sender =
          CompletableFuture.supplyAsync(
              () ->
                  catchThrowable(
                      () -> {
                        while (true) {
                          client.send(Loopback.DATA, pattern(1, 1 << 20));
                        }
                      }));
      while (!server.inbound().isPaused()) {
        Thread.sleep(1);
      }
      server.abort(AbortReason.REFUSED);
      assertThat(sender.get(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              PeerAbortException.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.REFUSED));
    }
  }

  @Test
  void aMessageOfAnotherKindIsAViolationThatThePeerIsToldOf(@TempDir Path directory) {
    try (Loopback loopback = open(true, directory, Loopback.LIMITS);
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      client.send(Loopback.OTHER, bytes(1, 2));
      client.flush();
      assertThatThrownBy(() -> server.receive(Loopback.DATA, 2))
          .isInstanceOf(PeerViolationException.class)
          .hasMessage("expected 'DATA' but received a message of kind 18");
      assertThatThrownBy(() -> client.receive(Loopback.DATA, 2))
          .isInstanceOfSatisfying(
              PeerAbortException.class,
              e -> assertThat(e.reason()).isEqualTo(AbortReason.PROTOCOL_VIOLATION));
    }
  }

  @Test
  void aMessageOfAnotherLengthIsAViolation(@TempDir Path directory) {
    for (int length : new int[] {3, 5}) {
      try (Loopback loopback = open(true, directory, Loopback.LIMITS);
          NettyChannel client = loopback.connect();
          NettyChannel server = loopback.accepted()) {
        client.send(Loopback.DATA, ByteBuffer.allocate(length));
        client.flush();
        assertThatThrownBy(() -> server.receive(Loopback.DATA, ByteBuffer.allocate(4)))
            .isInstanceOf(PeerViolationException.class)
            .hasMessage("'DATA' has " + length + " bytes, expected 4");
      }
    }
  }

  @Test
  void silenceEndsTheSession(@TempDir Path directory) {
    ChannelLimits impatient = ChannelLimits.DEFAULT.withReceiveTimeout(Duration.ofMillis(50));
    try (Loopback loopback = open(true, directory, Loopback.LIMITS);
        NettyChannel client = loopback.connect(ConnectorOptions.defaults().withLimits(impatient));
        NettyChannel server = loopback.accepted()) {
      assertThatThrownBy(() -> client.receive(Loopback.DATA, 1))
          .isInstanceOf(ChannelClosedException.class)
          .hasMessage(
              "127.0.0.1:" + loopback.port() + " sent nothing for 50 ms; the session is given up");
      assertThatThrownBy(() -> client.receive(Loopback.DATA, 1))
          .isInstanceOf(ChannelClosedException.class);
      assertThatThrownBy(() -> server.receive(Loopback.DATA, 1))
          .isInstanceOf(ChannelClosedException.class);
    }
  }

  @Test
  void aPeerThatTakesNothingEndsTheSession(@TempDir Path directory) {
    ChannelLimits impatient = ChannelLimits.DEFAULT.withReceiveTimeout(Duration.ofMillis(200));
    try (Loopback loopback =
            open(true, directory, Loopback.LIMITS.withInboundQueueBytes(128 << 10));
        NettyChannel client = loopback.connect(ConnectorOptions.defaults().withLimits(impatient));
        NettyChannel server = loopback.accepted()) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  client.send(Loopback.DATA, ByteBuffer.allocate(1 << 20));
                }
              })
          .isInstanceOf(ChannelClosedException.class)
          .hasMessageEndingWith("took nothing for 200 ms; the session is given up");
      assertThat(server.inbound().isPaused()).isTrue();
    }
  }

  @Test
  void closeWakesAWaitingReceiver(@TempDir Path directory) throws Exception {
    try (Loopback loopback = open(true, directory, Loopback.LIMITS);
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      Waiter receiver = new Waiter(() -> client.receive(Loopback.DATA, 1));
      receiver.awaitBlocked();
      AutoCloseable closedByAnother = client;
      closedByAnother.close();
      assertThat(receiver.failure())
          .isInstanceOf(ChannelClosedException.class)
          .hasMessageEndingWith("was closed here");
      assertThatThrownBy(() -> server.receive(Loopback.DATA, 1))
          .isInstanceOf(ChannelClosedException.class)
          .hasMessageEndingWith("closed the connection");
    }
  }

  @Test
  void closeWakesABlockedSender(@TempDir Path directory) throws Exception {
    ChannelLimits limits =
        Loopback.LIMITS.withInboundQueueBytes(128 << 10).withOutboundQueueBytes(128 << 10);
    try (Loopback loopback = open(true, directory, limits);
        NettyChannel client = loopback.connect(ConnectorOptions.defaults().withLimits(limits));
        NettyChannel server = loopback.accepted()) {
      Waiter sender =
          new Waiter(
              () -> {
                while (true) {
                  client.send(Loopback.DATA, ByteBuffer.allocate(1 << 20));
                }
              });
      while (!server.inbound().isPaused()) {
        Thread.sleep(1);
      }
      sender.awaitBlocked();
      client.abort(AbortReason.SHUTTING_DOWN);
      assertThat(sender.failure())
          .isInstanceOf(ChannelClosedException.class)
          .hasMessageEndingWith("was closed here");
    }
  }

  @Test
  void anInterruptEndsAWait(@TempDir Path directory) throws Exception {
    try (Loopback loopback = open(true, directory, Loopback.LIMITS);
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      Waiter receiver = new Waiter(() -> server.receive(Loopback.DATA, 1));
      receiver.awaitBlocked();
      receiver.thread.interrupt();
      assertThat(receiver.failure())
          .isInstanceOf(ChannelClosedException.class)
          .hasMessageStartingWith("interrupted while waiting");
      assertThat(client.peer()).isEqualTo("127.0.0.1:" + loopback.port());
    }
  }

  @Test
  void wrongUseIsRefusedAndHarmsNothing(@TempDir Path directory) {
    try (Loopback loopback = open(true, directory, Loopback.LIMITS);
        NettyChannel client = loopback.connect();
        NettyChannel server = loopback.accepted()) {
      ByteBuffer tooLong = ByteBuffer.allocate(Channel.MAX_PAYLOAD_BYTES + 1);
      assertThatThrownBy(() -> client.send(Loopback.DATA, tooLong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("67108865");
      assertThatThrownBy(() -> client.receive(Loopback.DATA, tooLong))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.receive(Loopback.DATA, -1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.send(new MessageKind(1, "MINE"), NOTHING))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("abort()");
      client.send(Loopback.DATA, bytes(1));
      client.flush();
      assertThat(server.receive(Loopback.DATA, 1)).isEqualTo(bytes(1));
    }
  }

  /** A thread that is to be found waiting. */
  private static final class Waiter {
    final Thread thread;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    Waiter(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
      thread = new Thread(() -> failure.complete(catchThrowable(call)), "waiter");
      thread.start();
    }

    void awaitBlocked() throws InterruptedException {
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        assertThat(failure).isNotDone();
        Thread.sleep(1);
      }
    }

    Throwable failure() throws Exception {
      return failure.get(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static Loopback open(boolean tls, Path directory, ChannelLimits limits) {
    ListenerOptions options = ListenerOptions.defaults().withLimits(limits);
    return tls
        ? Loopback.open(ServerIdentity.loadOrCreate(directory), options)
        : Loopback.open(null, options.insecureWithoutTls());
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }

  private static ByteBuffer pattern(int seed, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (seed * 31 + i + (i >> 8) * 7 + (i >> 16));
    }
    return ByteBuffer.wrap(bytes);
  }
}
