package io.sotto.transport;

import io.sotto.channel.MessageKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A listener whose accepted channels the test drives itself, and a client's way to it. */
final class Loopback implements AutoCloseable {
  static final MessageKind DATA = new MessageKind(17, "DATA");
  static final MessageKind OTHER = new MessageKind(18, "OTHER");

  /** For what comes at once unless something is broken: nothing is measured against it. */
  static final long PATIENCE_SECONDS = 60;

  static final ChannelLimits LIMITS =
      ChannelLimits.DEFAULT.withReceiveTimeout(Duration.ofSeconds(PATIENCE_SECONDS));

  final SottoListener listener;
  final @Nullable ServerIdentity identity;
  final BlockingQueue<String> refusals;
  private final BlockingQueue<Accepted> accepted;
  private final CountDownLatch release;

  record Accepted(NettyChannel channel, PeerDescription peer) {}

  private Loopback(
      SottoListener listener,
      @Nullable ServerIdentity identity,
      BlockingQueue<String> refusals,
      BlockingQueue<Accepted> accepted,
      CountDownLatch release) {
    this.listener = listener;
    this.identity = identity;
    this.refusals = refusals;
    this.accepted = accepted;
    this.release = release;
  }

  static Loopback open(Path directory) {
    return open(
        ServerIdentity.loadOrCreate(directory), ListenerOptions.defaults().withLimits(LIMITS));
  }

  static Loopback open(@Nullable ServerIdentity identity, ListenerOptions options) {
    return open(identity, options, GreetingHandler.VERSION);
  }

  static Loopback open(@Nullable ServerIdentity identity, ListenerOptions options, int version) {
    BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
    BlockingQueue<Accepted> accepted = new LinkedBlockingQueue<>();
    CountDownLatch release = new CountDownLatch(1);
    SottoListener listener =
        SottoListener.bind(
            "0.0.0.0", // so that 127.0.0.2, of which certificates know nothing, leads here too
            0,
            identity,
            options.withRefusalReport(refusals::add),
            (channel, peer) -> {
              accepted.add(new Accepted(channel, peer));
              try {
                release.await(); // the channel stays open until the test is done with it
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            version);
    return new Loopback(listener, identity, refusals, accepted, release);
  }

  int port() {
    return listener.port();
  }

  ServerTrust trust() {
    return identity == null ? ServerTrust.standard() : ServerTrust.pinned(identity.fingerprint());
  }

  NettyChannel connect() {
    return connect(ConnectorOptions.defaults().withLimits(LIMITS));
  }

  NettyChannel connect(ConnectorOptions options) {
    return SottoConnector.connect(
        "127.0.0.1", port(), trust(), identity == null ? options.insecureWithoutTls() : options);
  }

  NettyChannel accepted() {
    return acceptedWithPeer().channel();
  }

  Accepted acceptedWithPeer() {
    return take(accepted, "accepted connection");
  }

  String refusal() {
    return take(refusals, "refused connection");
  }

  private static <T> T take(BlockingQueue<T> queue, String what) {
    try {
      T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no " + what);
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Threads of this module that are running. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("sotto-"))
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    release.countDown();
    listener.close();
  }
}
