package io.sotto.server;

import io.sotto.channel.ChannelException;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.ServerSession;
import io.sotto.converter.shares.TensorShape;
import io.sotto.transport.ChannelLimits;
import io.sotto.transport.ListenerOptions;
import io.sotto.transport.NettyChannel;
import io.sotto.transport.PeerDescription;
import io.sotto.transport.ServerIdentity;
import io.sotto.transport.SottoListener;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model being served.
 *
 * <p><b>Security.</b> Each client learns the plan (kinds, sizes and formats of steps) and the
 * outputs for its inputs, and the server nothing of inputs or outputs; SECURITY.md has the details.
 * Logs name peers, counts and times, never values.
 *
 * <p><b>Threading.</b> All methods from any thread; each session runs on a thread of its own, of
 * which there are at most {@link ServerConfig.Listening#maxSessions}, and as many that are ending.
 * {@link #close} ends the sessions, waits for their threads and then wipes the weights.
 *
 * <p><b>Failure.</b> {@link Builder#start} throws an exception with a one-line message: {@link
 * ConfigException}, {@link io.sotto.tfimport.refusal.ModelImportException}, {@link
 * io.sotto.server.model.CompileException} or {@link io.sotto.transport.TransportException}. A
 * session that fails ends alone.
 */
public final class SottoServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SottoServer.class);
  private static final int CLOSE_WAIT_SECONDS = 60;

  private final ServerConfig config;
  private final LoadedModel model;
  private final @Nullable ServerIdentity identity;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** The sessions that compute with the weights, and this server itself. */
  private final Phaser users = new Phaser(1);

  private final SottoListener listener;
  private boolean closing;

  private SottoServer(ServerConfig config, LoadedModel model) {
    this.config = config;
    this.model = model;
    this.identity = config.tls().load();
    ServerConfig.Listening listening = config.listening();
    this.listener =
        SottoListener.bind(
            listening.host(), listening.port(), identity, options(config), this::serve);
  }

  public static Builder builder(ServerConfig config) {
    return new Builder(config);
  }

  /** Loads, compiles, listens. */
  public static final class Builder {
    private final ServerConfig config;

    private Builder(ServerConfig config) {
      this.config = config;
    }

    /** Returns once clients can connect. */
    public SottoServer start() {
      LoadedModel model = LoadedModel.load(config);
      try {
        return new SottoServer(config, model);
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
    }
  }

  private static ListenerOptions options(ServerConfig config) {
    ServerConfig.Listening listening = config.listening();
    ClientPatience patience = config.patience();
    return config
        .tls()
        .applyTo(
            ListenerOptions.defaults()
                .withMaxConnections(listening.maxSessions())
                .withMaxOfAddress(listening.mostOfAddress())
                .withIdleGrace(patience.idleGrace())
                .withLimits(
                    ChannelLimits.DEFAULT
                        .withHandshakeTimeout(patience.handshakeTimeout())
                        .withReceiveTimeout(patience.receiveTimeout())
                        .withLeastBytesPerSecond(patience.leastBytesPerSecond())));
  }

  private void serve(NettyChannel channel, PeerDescription peer) {
    if (users.register() < 0) {
      return; // closed between the greeting and here
    }
    try {
      serveSession(channel, peer);
    } finally {
      users.arriveAndDeregister();
    }
  }

  private void serveSession(NettyChannel channel, PeerDescription peer) {
    long start = System.nanoTime();
    int batches = 0;
    long images = 0;
    String end = "failed";
    channel.startDeadline(setupTimeout(), "its setup");
    try (ServerSession session =
        ServerSession.open(channel, model.compiled().plan(), new SecureRandom())) {
      channel.endDeadline();
      Optional<ServerSession.Served> served = nextBatch(channel, session);
      while (served.isPresent()) {
        batches++;
        images += served.get().images();
        served = nextBatch(channel, session);
      }
      end = "complete";
    } catch (ChannelException e) {
      end = String.valueOf(e.getMessage());
    } finally {
      LOG.info(
          "session with {}: {} batches, {} images, {} bytes in, {} out, {} s; {}",
          peer,
          batches,
          images,
          channel.traffic().bytesReceived(),
          channel.traffic().bytesSent(),
          String.format(Locale.ROOT, "%.2f", (System.nanoTime() - start) / 1e9),
          end);
    }
  }

  private Optional<ServerSession.Served> nextBatch(NettyChannel channel, ServerSession session) {
    channel.awaitMessage(config.patience().idleTimeout());
    return session.serveBatch();
  }

  private Duration setupTimeout() {
    long keyBytes =
        plan().setups().stream().mapToLong(setup -> setup.clientTraffic().bytesSent()).sum();
    return config.patience().setupTimeout(keyBytes);
  }

  /** The port that it listens on, also if 0 was configured. */
  public int port() {
    return listener.port();
  }

  /** Where it listens, as configured. */
  public String host() {
    return config.listening().host();
  }

  /** SHA-256 of the certificate that clients see; empty without TLS. */
  public Optional<String> fingerprint() {
    return Optional.ofNullable(identity).map(ServerIdentity::fingerprint);
  }

  /** Sessions that are running. */
  public int sessions() {
    return listener.connections();
  }

  /** What clients see of the model. */
  public Plan plan() {
    return model.compiled().plan().plan();
  }

  /** What the operator should know about the model and its formats, a sentence each. */
  public List<String> warnings() {
    return model.compiled().warnings();
  }

  /** One line that says what is served and where. */
  public String readyLine() {
    String host = config.listening().host();
    return "serving %s (%s -> %s) at %s:%d, %s"
        .formatted(
            config.model().directory(),
            shapes(plan().inputs().stream().map(InputSpec::shape)),
            shapes(plan().reveals().stream().map(RevealSpec::shape)),
            host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host,
            port(),
            fingerprint()
                .map(fingerprint -> "certificate SHA-256 " + fingerprint)
                .orElse("INSECURE: without TLS"));
  }

  private static String shapes(Stream<TensorShape> shapes) {
    return shapes.map(TensorShape::toString).collect(Collectors.joining(", "));
  }

  /** Waits until the server has been closed. */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /**
   * Takes no more clients, tells those that are here that the server is shutting down, waits for
   * their sessions' threads, and frees all memory.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    listener.close();
    // A session that computes notices at its next message; until then the weights must stay.
    boolean ended = awaitUsers(users.arriveAndDeregister());
    if (ended) {
      model.close();
    } else {
      LOG.warn("a session does not end; the memory of the model is left to the process's end");
    }
    closed.countDown();
  }

  private boolean awaitUsers(int phase) {
    try {
      users.awaitAdvanceInterruptibly(phase, CLOSE_WAIT_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
