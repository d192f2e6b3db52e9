package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import io.sotto.channel.AbortReason;
import io.sotto.channel.ChannelException;
import io.sotto.channel.PeerAbortException;
import io.sotto.transport.testing.HostilePeer;
import io.sotto.transport.testing.HostilePeer.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Peers that are silent, slow or half gone: each is rid of in a time and holds no more memory than
 * the limits say, and together they don't keep others out.
 */
@ExtendWith(NothingLeft.class)
@Timeout(120)
class HostilePeersTest {
  private static final InetAddress HONEST = address(1);
  private static final InetAddress HOSTILE = address(2);

  /** Of what a single peer may take: it holds no more than some reads and one queue. */
  private static final long MEMORY = 2 << 20;

  /** Far above what is configured, as the machine may be busy with other things. */
  private static final Duration BOUND = Duration.ofSeconds(30);

  private static final Duration SHORT = Duration.ofMillis(300);

  /** What a server would have. */
  private static final ChannelLimits USUAL =
      ChannelLimits.DEFAULT
          .withHandshakeTimeout(Duration.ofSeconds(5))
          .withLeastBytesPerSecond(16 << 10);

  private final ServerIdentity identity;
  private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private final List<HostilePeer> attackers = new ArrayList<>();

  HostilePeersTest(@TempDir Path folder) {
    identity = ServerIdentity.loadOrCreate(folder);
  }

  @AfterEach
  void stopAttackers() throws Exception {
    for (HostilePeer attacker : attackers) {
      attacker.stop();
    }
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private SottoListener listen(ListenerOptions options, Duration setup) {
    return SottoListener.bind(
        "0.0.0.0",
        0,
        identity,
        options.withRefusalReport(refusals::add),
        (channel, peer) -> {
          try {
            serve(channel, setup);
          } catch (ChannelException e) {
            ends.add(String.valueOf(e.getMessage()));
            throw e;
          }
        });
  }

  /** A setup of one message, then echoes; or as many messages as the peer takes. */
  private static void serve(NettyChannel channel, Duration setup) {
    channel.startDeadline(setup, "its setup");
    boolean much = channel.receive(Loopback.DATA, 1 << 16).get(0) != 0;
    channel.endDeadline();
    while (much) {
      channel.send(Loopback.OTHER, ByteBuffer.allocate(1 << 16));
    }
    while (true) {
      channel.awaitMessage(Duration.ofSeconds(Loopback.PATIENCE_SECONDS));
      channel.send(Loopback.OTHER, channel.receive(Loopback.DATA, 1 << 16));
      channel.flush();
    }
  }

  private void attack(Kind kind, InetAddress from, SottoListener listener, boolean again) {
    attackers.add(HostilePeer.start(kind, from, listener.port(), again, 50));
  }

  /** Greets, sets up and has one message echoed; returns how long that took. */
  private Duration served(SottoListener listener) {
    long start = System.nanoTime();
    try (NettyChannel client = connect(listener)) {
      echo(client);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private NettyChannel connect(SottoListener listener) {
    NettyChannel client =
        SottoConnector.connect(
            HONEST.getHostAddress(),
            listener.port(),
            ServerTrust.pinned(identity.fingerprint()),
            ConnectorOptions.defaults().withLimits(Loopback.LIMITS));
    client.send(Loopback.DATA, ByteBuffer.allocate(8));
    return client;
  }

  private static void echo(NettyChannel client) {
    client.send(Loopback.DATA, ByteBuffer.allocate(100));
    client.flush();
    assertThat(client.receive(Loopback.OTHER, 100).remaining()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void eachIsRidOfInBoundedTimeAndMemory(Kind kind) throws Exception {
    long before = pinnedBytes();
    try (SottoListener listener =
        listen(ListenerOptions.defaults().withLimits(hurried(kind)), setup(kind))) {
      long start = System.nanoTime();
      attack(kind, HOSTILE, listener, false);
      String end = (kind.greets() ? ends : refusals).poll(BOUND.toSeconds(), TimeUnit.SECONDS);
      assertThat(end).as("how it ended").isNotNull().contains(words(kind));
      long most = 0;
      while (listener.connections() > 0 || listener.handshaking() > 0) {
        most = Math.max(most, pinnedBytes() - before);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        Thread.sleep(1);
      }
      assertThat(most).isLessThan(MEMORY);
    }
  }

  /** Short where the kind meets it, and long where it must get past it on a busy machine. */
  private static ChannelLimits hurried(Kind kind) {
    return USUAL
        .withHandshakeTimeout(kind.greets() ? BOUND : SHORT)
        .withReceiveTimeout(SHORT)
        .withLeastBytesPerSecond(1 << 20)
        .withOutboundQueueBytes(256 << 10);
  }

  private static Duration setup(Kind kind) {
    return switch (kind) {
      case GREETING_THEN_SILENCE, TRICKLED_SETUP -> SHORT;
      default -> BOUND;
    };
  }

  /** What was sent before a close is delivered, but not for as long as a peer likes. */
  @Test
  void littleReadingDoesNotDrawOutAClose() throws Exception {
    ListenerOptions options =
        ListenerOptions.defaults()
            .withLimits(USUAL.withCloseTimeout(SHORT).withOutboundQueueBytes(32 << 20));
    try (SottoListener listener =
        SottoListener.bind(
            "0.0.0.0",
            0,
            identity,
            options,
            (channel, peer) -> {
              channel.receive(Loopback.DATA, 1 << 16);
              for (int i = 0; i < 24; i++) { // more than the system's buffers hold
                channel.send(Loopback.OTHER, ByteBuffer.allocate(1 << 20));
              }
            })) {
      attackers.add(
          HostilePeer.start(Kind.TRICKLED_READING, HOSTILE, listener.port(), false, 1000));
      awaitConnections(listener, 1);
      long start = System.nanoTime();
      awaitConnections(listener, 0);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
    }
  }

  private static String words(Kind kind) {
    return switch (kind) {
      case SILENT, HALF_HELLO, TRICKLED_HELLO, HALF_GREETING -> "no handshake within 300 ms";
      case GREETING_THEN_SILENCE, TRICKLED_SETUP ->
          "did not complete its setup within 300 ms; the session is given up";
      case TRICKLED_MESSAGE -> "and sent fewer than 1048576 bytes a second";
      case HALF_OPEN_CLOSE -> "closed the connection";
      case TRICKLED_READING -> "and took fewer than 1048576 bytes a second";
    };
  }

  private static long pinnedBytes() {
    return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()
        + PooledByteBufAllocator.DEFAULT.pinnedHeapMemory();
  }

  /**
   * The best of some tries counts: a server that is kept from serving is so for seconds, every
   * time, while a busy machine is slow once.
   */
  @Test
  void anHonestClientIsServedWithinTwoSecondsBesideSixtyFourHostileOnes() throws Exception {
    ListenerOptions options = ListenerOptions.defaults().withLimits(USUAL).withMaxConnections(4);
    try (SottoListener listener = listen(options, Duration.ofSeconds(30))) {
      served(listener); // classes are loaded
      for (int round = 0; round < 8; round++) {
        for (Kind kind : Kind.values()) {
          attack(kind, HOSTILE, listener, true);
        }
      }
      assertThat(attackers).hasSizeGreaterThanOrEqualTo(64);
      awaitConnections(listener, 2);
      assertThat(bestOf(5, 2, listener)).isLessThan(Duration.ofSeconds(2));
      assertThat(listener.handshaking()).isLessThanOrEqualTo(SottoListener.MAX_HANDSHAKES);
      assertThat(refusals)
          .anySatisfy(line -> assertThat(line).contains("127.0.0.2 has 2 connections in use"));
    }
  }

  /** All that a handshake may have, and more, held by those who begin one and leave it. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"SILENT", "HALF_HELLO", "TRICKLED_HELLO"})
  void unfinishedHandshakesKeepNobodyOut(Kind kind) throws Exception {
    ListenerOptions options = ListenerOptions.defaults().withLimits(USUAL);
    try (SottoListener listener = listen(options, Duration.ofSeconds(30))) {
      served(listener);
      for (int i = 0; i < SottoListener.MAX_HANDSHAKES + 8; i++) {
        attack(kind, HONEST, listener, true); // even from one's own address
      }
      assertThat(bestOf(5, 0, listener)).isLessThan(Duration.ofSeconds(2));
    }
  }

  /** Beside so many sessions of others. */
  private Duration bestOf(int tries, int others, SottoListener listener)
      throws InterruptedException {
    Duration best = BOUND;
    for (int i = 0; i < tries; i++) {
      while (listener.connections() > others) { // our last one is still closing
        Thread.sleep(1);
      }
      Duration next = served(listener);
      best = next.compareTo(best) < 0 ? next : best;
    }
    return best;
  }

  private static void awaitConnections(SottoListener listener, int connections)
      throws InterruptedException {
    while (listener.connections() != connections) {
      Thread.sleep(1);
    }
  }

  private String nextEnd() throws InterruptedException {
    return Objects.requireNonNull(ends.poll(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void whoIsIdleMakesRoomAndIsToldSo() throws Exception {
    ListenerOptions options =
        ListenerOptions.defaults()
            .withLimits(USUAL)
            .withMaxConnections(2)
            .withIdleGrace(Duration.ofMillis(300));
    try (SottoListener listener = listen(options, Duration.ofSeconds(30));
        NettyChannel idle = connect(listener);
        NettyChannel busy = connect(listener)) {
      echo(idle);
      Thread.sleep(400); // the grace is over for the one, and for the other starts again
      echo(busy);
      served(listener);
      assertThatThrownBy(() -> idle.receive(Loopback.OTHER, 1))
          .isInstanceOfSatisfying(
              PeerAbortException.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.BUSY));
      // The served client's session may end before the idle one's.
      assertThat(List.of(nextEnd(), nextEnd()))
          .anyMatch(end -> end.contains("left this side idle, and another client takes its place"));
      echo(busy);
    }
  }

  /** Those who share an address with silent ones wait for the grace and not for their deadline. */
  @Test
  void silenceAtOnesOwnAddressMakesRoomAfterTheGrace() throws Exception {
    ListenerOptions options =
        ListenerOptions.defaults()
            .withLimits(USUAL)
            .withMaxConnections(4)
            .withIdleGrace(Duration.ofMillis(300));
    try (SottoListener listener = listen(options, Duration.ofMinutes(2))) {
      attack(Kind.GREETING_THEN_SILENCE, HONEST, listener, false);
      attack(Kind.GREETING_THEN_SILENCE, HONEST, listener, false);
      awaitConnections(listener, 2);
      Thread.sleep(400);
      assertThat(served(listener)).isLessThan(BOUND);
    }
  }
}
