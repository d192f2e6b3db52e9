package io.sotto.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sotto.channel.AbortReason;
import io.sotto.channel.ChannelException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients, secures and greets them, and gives each a thread.
 *
 * <p><b>Security.</b> TLS 1.3 unless the options were made insecure by name. A client gets a
 * session's thread and place only after the greeting (and its certificate, if asked for); before,
 * it can hold one socket for the handshake timeout, and only {@link #MAX_HANDSHAKES} can do so at a
 * time, of which the oldest of the busiest address leaves for a further one. No address takes more
 * places than its share, and sessions that are idle make room for others.
 *
 * <p><b>Threading.</b> {@link #close} from any thread but a session's.
 *
 * <p><b>Failure.</b> {@link #bind} throws {@link TransportException} with one line. What goes wrong
 * with one connection is told to the refusal report or the log and touches no other.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
public final class SottoListener implements AutoCloseable {

  /** Runs one session. */
  @FunctionalInterface
  public interface Acceptor {
    /**
     * Called on a thread of the session's own. When it returns, the channel is closed and the slot
     * is free; when it throws, the peer is told that this side failed.
     */
    void accepted(NettyChannel channel, PeerDescription peer);
  }

  /** Connections that have not greeted yet, at most. */
  static final int MAX_HANDSHAKES = 64;

  private static final Logger LOG = LoggerFactory.getLogger(SottoListener.class);
  private static final int CLOSE_WAIT_SECONDS = 10;
  private static final AtomicLong SESSION_NUMBER = new AtomicLong();

  private final ListenerOptions options;
  private final Acceptor acceptor;
  private final @Nullable SslContext tls;
  private final int version;
  private final EventLoopGroup threads;
  private final Admissions admissions;
  private final Handshakes<Greeting> handshakes = new Handshakes<>(MAX_HANDSHAKES);
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;
  private final Channel server;

  private SottoListener(
      String host,
      int port,
      @Nullable ServerIdentity identity,
      ListenerOptions options,
      Acceptor acceptor,
      int version) {
    this.options = options;
    this.acceptor = acceptor;
    this.version = version;
    this.admissions =
        new Admissions(options.maxConnections(), options.maxOfAddress(), options.idleGrace());
    this.tls = tls(identity, options);
    InetSocketAddress address = resolve(host, port);
    this.threads =
        new MultiThreadIoEventLoopGroup(
            Math.min(4, Runtime.getRuntime().availableProcessors()),
            new DefaultThreadFactory("sotto-listener-io", true),
            NioIoHandler.newFactory());
    ChannelFuture binding =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel socket) {
                    install(socket);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!binding.isSuccess()) {
      stopThreads();
      throw bindFailure(Endpoint.of(Endpoint.withoutBrackets(host), port), port, binding.cause());
    }
    this.server = binding.channel();
  }

  /**
   * Listens from now on.
   *
   * @param host the address to listen at; {@code 0.0.0.0} or {@code ::} for all of this machine
   * @param port 0 for any that is free
   * @param identity null only with {@link ListenerOptions#insecureWithoutTls}
   */
  public static SottoListener bind(
      String host,
      int port,
      @Nullable ServerIdentity identity,
      ListenerOptions options,
      Acceptor acceptor) {
    return bind(host, port, identity, options, acceptor, GreetingHandler.VERSION);
  }

  static SottoListener bind(
      String host,
      int port,
      @Nullable ServerIdentity identity,
      ListenerOptions options,
      Acceptor acceptor,
      int version) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("the port " + port + " is not within 0..65535");
    }
    return new SottoListener(host, port, identity, options, acceptor, version);
  }

  /** The address that it listens at. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** The port that it listens at: the one given, or the one found for 0. */
  public int port() {
    return address().getPort();
  }

  /** Sessions that are running. */
  public int connections() {
    return sessions.size();
  }

  /** Connections that have not greeted yet. */
  int handshaking() {
    return handshakes.all().size();
  }

  /**
   * Takes no more clients, tells those that are here that the server is shutting down, and waits
   * some seconds for their sessions to end.
   */
  @Override
  public void close() {
    closing = true;
    server.close().awaitUninterruptibly();
    List<Channel> handshaking = handshakes.all().stream().map(Greeting::socket).toList();
    handshaking.forEach(Channel::close);
    sessions.forEach(session -> session.channel.startClose(AbortReason.SHUTTING_DOWN, false));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_WAIT_SECONDS);
    boolean interrupted = false;
    for (Session session : sessions) {
      try {
        session.thread.join(millisUntil(deadline));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    // Their TLS ends in order only while their threads run.
    handshaking.forEach(socket -> socket.closeFuture().awaitUninterruptibly(millisUntil(deadline)));
    stopThreads();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** At least one. */
  private static long millisUntil(long deadline) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
  }

  private void stopThreads() {
    threads.shutdownGracefully(0, NettyChannel.CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    threads
        .terminationFuture()
        .awaitUninterruptibly(2L * NettyChannel.CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void install(SocketChannel socket) {
    Greeting handler = new Greeting(socket);
    Greeting leaving =
        handshakes.add(handler, Endpoint.network(socket.remoteAddress().getAddress()));
    if (leaving != null) {
      leaving.evict(leaving.socket());
    }
    socket.closeFuture().addListener(closed -> handshakes.remove(handler));
    SslHandler ssl = tls == null ? null : tls.newHandler(socket.alloc());
    handler.channel =
        NettyChannel.install(
            socket, Endpoint.of(socket.remoteAddress()), options.limits(), null, ssl, handler);
  }

  private void report(Channel socket, String what) {
    String line =
        socket.remoteAddress() instanceof InetSocketAddress address
            ? Endpoint.of(address) + ": " + what
            : what;
    Consumer<String> report = options.refusalReport();
    if (report == null) {
      LOG.info("{}", line);
    } else {
      report.accept(line);
    }
  }

  /**
   * The server's side of the greeting of one connection, which ends in a session or a line of
   * report.
   */
  private final class Greeting extends GreetingHandler {
    private final Channel socket;
    private @Nullable NettyChannel channel;

    Greeting(Channel socket) {
      super(tls != null, options.limits().handshakeTimeout());
      this.socket = socket;
    }

    Channel socket() {
      return socket;
    }

    @Override
    void secured(ChannelHandlerContext ctx) {}

    @Override
    boolean greeted(ChannelHandlerContext ctx, int clientVersion, int reserved) {
      if (clientVersion != version) {
        report(
            ctx.channel(),
            ("the client speaks protocol version " + clientVersion + ", this server " + version)
                + ("; update the " + (clientVersion > version ? "server" : "client")));
        refuse(ctx, AbortReason.INCOMPATIBLE);
        return false;
      }
      if (closing) {
        refuse(ctx, AbortReason.SHUTTING_DOWN);
        return false;
      }
      if (channel == null) {
        throw new IllegalStateException("a greeting before its channel");
      }
      Session session = new Session(channel, describe(ctx));
      String refusal = admissions.enter(session);
      if (refusal != null) {
        report(ctx.channel(), refusal);
        refuse(ctx, AbortReason.BUSY);
        return false;
      }
      handshakes.remove(this);
      sessions.add(session); // before the client can know of it
      send(ctx, version, 0);
      session.start();
      return true;
    }

    private void refuse(ChannelHandlerContext ctx, AbortReason reason) {
      send(ctx, version, reason.code());
    }

    @Override
    void failed(ChannelHandlerContext ctx, Failure failure, @Nullable Throwable cause) {
      report(
          ctx.channel(),
          switch (failure) {
            case TLS -> tlsFailure(cause);
            case NOT_SOTTO -> notSotto();
            case TIMEOUT ->
                "no handshake within " + InboundQueue.seconds(options.limits().handshakeTimeout());
            case CLOSED -> "gone before its greeting";
            case EVICTED ->
                ("closed in its handshake, since there were " + MAX_HANDSHAKES)
                    + " and its address had the most";
          });
    }

    private String notSotto() {
      byte[] said = received();
      return tls == null && said.length > 0 && said[0] == 22
          ? "the client speaks TLS, and this server was told to listen without"
          : "not a Sotto client";
    }

    private String tlsFailure(@Nullable Throwable failure) {
      Throwable cause = failure;
      for (Throwable e = failure; e != null; e = e.getCause()) {
        if (e instanceof NotSslRecordException) {
          return "the client doesn't speak TLS";
        }
        if (e instanceof CertificateException) {
          cause = e; // our own judge's words say more than the engine's around them
        }
      }
      return "the TLS handshake failed: "
          + (cause == null ? "no cause given" : SottoConnector.firstLine(cause));
    }

    private PeerDescription describe(ChannelHandlerContext ctx) {
      InetSocketAddress address = (InetSocketAddress) ctx.channel().remoteAddress();
      SslHandler ssl = ctx.pipeline().get(SslHandler.class);
      if (ssl != null && options.trustedClients() != null) {
        try {
          X509Certificate certificate =
              (X509Certificate) ssl.engine().getSession().getPeerCertificates()[0];
          return new PeerDescription(
              address,
              Certificates.fingerprint(certificate),
              certificate.getSubjectX500Principal().getName());
        } catch (SSLPeerUnverifiedException e) {
          throw new IllegalStateException("TLS let a client in without its certificate", e);
        }
      }
      return new PeerDescription(address, null, null);
    }
  }

  /** One client being served. */
  private final class Session implements Admissions.Guest {
    private final NettyChannel channel;
    private final PeerDescription peer;
    private final Thread thread;

    Session(NettyChannel channel, PeerDescription peer) {
      this.channel = channel;
      this.peer = peer;
      this.thread = new Thread(this::run, "sotto-session-" + SESSION_NUMBER.incrementAndGet());
      thread.setDaemon(true);
    }

    @Override
    public String network() {
      return Endpoint.network(peer.address().getAddress());
    }

    @Override
    public long idleNanos() {
      return channel.idleNanos();
    }

    @Override
    public void makeRoom() {
      channel.makeRoom();
    }

    void start() {
      boolean started = false;
      try {
        thread.start();
        started = true;
      } finally {
        if (!started) {
          end();
        }
      }
      if (closing) { // close() may have looked before this one was added
        channel.startClose(AbortReason.SHUTTING_DOWN, false);
      }
    }

    private void run() {
      try {
        acceptor.accepted(channel, peer);
      } catch (ChannelException e) {
        LOG.info("session with {} ended: {}", peer, e.getMessage());
      } catch (RuntimeException | Error e) {
        LOG.error("session with {} failed", peer, e);
        channel.abort(AbortReason.INTERNAL_ERROR);
      } finally {
        channel.close();
        end();
      }
    }

    private void end() {
      sessions.remove(this);
      admissions.leave(this);
    }
  }

  private static @Nullable SslContext tls(
      @Nullable ServerIdentity identity, ListenerOptions options) {
    if (!options.tls()) {
      if (options.trustedClients() != null) {
        throw new IllegalArgumentException(
            "client certificates are required and TLS is off; allow TLS or don't ask for them");
      }
      return null;
    }
    if (identity == null) {
      throw new IllegalArgumentException(
          "no server identity was given; load one, or say insecureWithoutTls() in the options");
    }
    return Tls.forServer(identity, options.trustedClients());
  }

  private static InetSocketAddress resolve(String host, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(Endpoint.withoutBrackets(host)), port);
    } catch (UnknownHostException e) {
      throw new TransportException("can't listen at '" + host + "': this host name is unknown", e);
    }
  }

  private static TransportException bindFailure(String where, int port, Throwable cause) {
    String words = String.valueOf(cause.getMessage());
    if (cause instanceof BindException && words.contains("in use")) {
      return new TransportException(
          ("port " + port + " is already in use (listening at " + where + " failed); is another ")
              + "`sotto serve` running? stop it or choose another port",
          cause);
    }
    if (cause instanceof BindException && words.contains("assign")) {
      return new TransportException(
          "can't listen at " + where + ": this machine has no such address", cause);
    }
    if (cause instanceof SocketException && words.contains("Permission denied")) {
      return new TransportException(
          "can't listen at " + where + ": the system doesn't allow that port; take one above 1023",
          cause);
    }
    return new TransportException(
        "can't listen at " + where + ": " + SottoConnector.firstLine(cause), cause);
  }
}
