package io.sotto.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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

  private static final int CLOSE_WAIT_SECONDS = 10;

  private final ListenerOptions options;
  private final @Nullable SslContext tls;
  private final int version;
  private final EventLoopGroup threads;
  private final Handshakes<ServerGreeting> handshakes = new Handshakes<>(MAX_HANDSHAKES);
  private final Sessions sessions;
  private final Channel server;

  private SottoListener(
      String host,
      int port,
      @Nullable ServerIdentity identity,
      ListenerOptions options,
      Acceptor acceptor,
      int version) {
    this.options = options;
    this.version = version;
    this.sessions =
        new Sessions(
            new Admissions(options.maxConnections(), options.maxOfAddress(), options.idleGrace()),
            acceptor);
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
    return sessions.running();
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
    sessions.refuseMore();
    server.close().awaitUninterruptibly();
    List<Channel> handshaking = handshakes.all().stream().map(ServerGreeting::socket).toList();
    handshaking.forEach(Channel::close);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_WAIT_SECONDS);
    sessions.end(deadline);
    // Their TLS ends in order only while their threads run.
    handshaking.forEach(socket -> OrderlyClose.await(socket.closeFuture(), socket, deadline));
    stopThreads();
  }

  private void stopThreads() {
    OrderlyClose.shutDown(threads);
    threads
        .terminationFuture()
        .awaitUninterruptibly(2L * OrderlyClose.WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void install(SocketChannel socket) {
    ServerGreeting greeting = new ServerGreeting(socket, options, version, handshakes, sessions);
    ServerGreeting leaving =
        handshakes.add(greeting, Endpoint.network(socket.remoteAddress().getAddress()));
    if (leaving != null) {
      leaving.evict(leaving.socket());
    }
    socket.closeFuture().addListener(closed -> handshakes.remove(greeting));
    SslHandler ssl = tls == null ? null : tls.newHandler(socket.alloc());
    greeting.setChannel(
        NettyChannel.install(
            socket, Endpoint.of(socket.remoteAddress()), options.limits(), null, ssl, greeting));
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
        "can't listen at " + where + ": " + TransportException.firstLine(cause), cause);
  }
}
