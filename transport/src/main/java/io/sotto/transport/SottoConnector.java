package io.sotto.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a Sotto server.
 *
 * <p><b>Security.</b> What is returned runs over TLS 1.3 with a server that {@link ServerTrust}
 * accepted, unless the options were made insecure by name.
 *
 * <p><b>Threading.</b> Any thread; it waits for the connection. Each connection has one I/O thread
 * of its own, which ends with it.
 *
 * <p><b>Failure.</b> {@link TransportException} with one line; {@link UntrustedServerException} and
 * {@link ServerRefusedException} tell more. Nothing is left open or running.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
public final class SottoConnector {

  /** The version of everything that the two sides say to each other. */
  public static final int PROTOCOL_VERSION = GreetingHandler.VERSION;

  private SottoConnector() {}

  /**
   * Connects, secures and greets.
   *
   * @param host a name or an address; IPv6 with brackets or without
   */
  public static NettyChannel connect(
      String host, int port, ServerTrust trust, ConnectorOptions options) {
    return connect(host, port, trust, options, PROTOCOL_VERSION);
  }

  static NettyChannel connect(
      String host, int port, ServerTrust trust, ConnectorOptions options, int version) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("the port " + port + " is not within 1..65535");
    }
    Server server = new Server(Endpoint.withoutBrackets(host), port);
    InetAddress[] addresses = server.addresses();
    long deadline = System.nanoTime() + options.connectTimeout().toNanos();
    Unreachable last = null;
    for (InetAddress address : addresses) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      if (last != null && left.toMillis() < 1) {
        break;
      }
      try {
        return new Attempt(server, address, trust, options, version).run(left);
      } catch (Unreachable e) {
        last = e;
      }
    }
    throw unreachable(server.toString(), options, last);
  }

  /** The server as it was named. */
  private record Server(String host, int port) {
    InetAddress[] addresses() {
      try {
        return InetAddress.getAllByName(host);
      } catch (UnknownHostException e) {
        throw new TransportException(
            "the host name '" + host + "' is unknown; is it spelled right?", e);
      }
    }

    @Override
    public String toString() {
      return Endpoint.of(host, port);
    }
  }

  private static TransportException unreachable(
      String server, ConnectorOptions options, @Nullable Unreachable why) {
    Throwable cause = why == null ? null : why.getCause();
    if (cause instanceof io.netty.channel.ConnectTimeoutException) {
      return new TransportException(
          ("no server answers at " + server + " (nothing came in ")
              + Patience.seconds(options.connectTimeout())
              + "); is the address right, and does a firewall let it through?",
          cause);
    }
    if (cause instanceof ConnectException
        && String.valueOf(cause.getMessage()).contains("refused")) {
      return new TransportException(
          ("no server answers at " + server + " (connection refused); is `sotto serve` running ")
              + "there, on that port?",
          cause);
    }
    String words = cause == null ? "no address" : TransportException.firstLine(cause);
    return new TransportException("can't connect to " + server + " (" + words + ")", cause);
  }

  /** The TCP connection didn't come about; the next address may do. */
  private static final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreachable(Throwable cause) {
      super(cause);
    }
  }

  /** One try at one address. */
  private static final class Attempt {
    private final Server server;
    private final InetAddress address;
    private final ServerTrust trust;
    private final ConnectorOptions options;
    private final ClientGreeting greeting;
    private final CompletableFuture<NettyChannel> installed = new CompletableFuture<>();

    Attempt(
        Server server,
        InetAddress address,
        ServerTrust trust,
        ConnectorOptions options,
        int version) {
      this.server = server;
      this.address = address;
      this.trust = trust;
      this.options = options;
      this.greeting = new ClientGreeting(server.toString(), options, version);
    }

    NettyChannel run(Duration connectTimeout) throws Unreachable {
      SslHandler tls = tls(); // before the thread, which would have to be stopped if this fails
      var threads =
          new MultiThreadIoEventLoopGroup(
              1, new DefaultThreadFactory("sotto-connector-io", true), NioIoHandler.newFactory());
      NettyChannel channel = null;
      ChannelFuture connecting = null;
      try {
        connecting = begin(threads, tls, connectTimeout);
        connecting.await();
        if (!connecting.isSuccess()) {
          throw new Unreachable(connecting.cause());
        }
        greeting.welcome().get();
        channel = installed.get();
        return channel;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TransportException("interrupted while connecting to " + server, e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TransportException words) {
          throw words;
        }
        throw new IllegalStateException("connecting failed in an unforeseen way", e.getCause());
      } finally {
        if (channel == null) {
          stop(threads, connecting);
        }
      }
    }

    private @Nullable SslHandler tls() {
      if (!options.tls()) {
        return null;
      }
      X509ExtendedTrustManager judge = trust.judge(server.toString(), address);
      return Tls.forClient(judge, options.clientIdentity(), server.host, server.port);
    }

    private ChannelFuture begin(
        EventLoopGroup threads, @Nullable SslHandler tls, Duration connectTimeout) {
      return new Bootstrap()
          .group(threads)
          .channel(NioSocketChannel.class)
          .option(
              ChannelOption.CONNECT_TIMEOUT_MILLIS,
              Math.toIntExact(Math.max(1, connectTimeout.toMillis())))
          .handler(
              new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel socket) {
                  installed.complete(
                      NettyChannel.install(
                          socket, server.toString(), options.limits(), threads, tls, greeting));
                }
              })
          .connect(new InetSocketAddress(address, server.port));
    }

    /** The connection first, which needs its thread for that. */
    private static void stop(EventLoopGroup threads, @Nullable ChannelFuture connecting) {
      boolean interrupted = Thread.interrupted();
      long patience = 2L * OrderlyClose.WAIT_MILLIS;
      try {
        if (connecting != null) {
          connecting.channel().close();
          connecting.channel().closeFuture().await(patience, TimeUnit.MILLISECONDS);
        }
        OrderlyClose.shutDown(threads);
        threads.terminationFuture().await(patience, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        threads.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
