package io.sotto.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sotto.channel.AbortReason;
import io.sotto.channel.PeerViolationException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
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
    String bareHost = Endpoint.withoutBrackets(host);
    String server = Endpoint.of(bareHost, port);
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(bareHost);
    } catch (UnknownHostException e) {
      throw new TransportException(
          "the host name '" + bareHost + "' is unknown; is it spelled right?", e);
    }
    long deadline = System.nanoTime() + options.connectTimeout().toNanos();
    Unreachable last = null;
    for (InetAddress address : addresses) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      if (last != null && left.toMillis() < 1) {
        break;
      }
      try {
        return new Attempt(bareHost, server, address, port, trust, options, version).run(left);
      } catch (Unreachable e) {
        last = e;
      }
    }
    throw unreachable(server, options, last);
  }

  private static TransportException unreachable(
      String server, ConnectorOptions options, @Nullable Unreachable why) {
    Throwable cause = why == null ? null : why.getCause();
    if (cause instanceof io.netty.channel.ConnectTimeoutException) {
      return new TransportException(
          ("no server answers at " + server + " (nothing came in ")
              + InboundQueue.seconds(options.connectTimeout())
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
    String words = cause == null ? "no address" : firstLine(cause);
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
    private final String host;
    private final String server;
    private final InetAddress address;
    private final int port;
    private final ServerTrust trust;
    private final ConnectorOptions options;
    private final int version;
    private final CompletableFuture<Boolean> greeted = new CompletableFuture<>();
    private final CompletableFuture<NettyChannel> installed = new CompletableFuture<>();

    Attempt(
        String host,
        String server,
        InetAddress address,
        int port,
        ServerTrust trust,
        ConnectorOptions options,
        int version) {
      this.host = host;
      this.server = server;
      this.address = address;
      this.port = port;
      this.trust = trust;
      this.options = options;
      this.version = version;
    }

    NettyChannel run(Duration connectTimeout) throws Unreachable {
      // Before the thread, which would have to be stopped if this fails.
      X509ExtendedTrustManager judge = options.tls() ? trust.judge(server, address) : null;
      SslHandler tls =
          judge == null ? null : Tls.forClient(judge, options.clientIdentity(), host, port);
      var threads =
          new MultiThreadIoEventLoopGroup(
              1, new DefaultThreadFactory("sotto-connector-io", true), NioIoHandler.newFactory());
      NettyChannel channel = null;
      ChannelFuture connecting = null;
      try {
        connecting =
            new Bootstrap()
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
                                socket, server, options.limits(), threads, tls, new Greeting()));
                      }
                    })
                .connect(new InetSocketAddress(address, port));
        connecting.await();
        if (!connecting.isSuccess()) {
          throw new Unreachable(connecting.cause());
        }
        greeted.get();
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

    /** The connection first, which needs its thread for that. */
    private static void stop(
        MultiThreadIoEventLoopGroup threads, @Nullable ChannelFuture connecting) {
      boolean interrupted = Thread.interrupted();
      long patience = 2L * NettyChannel.CLOSE_WAIT_MILLIS;
      try {
        if (connecting != null) {
          connecting.channel().close();
          connecting.channel().closeFuture().await(patience, TimeUnit.MILLISECONDS);
        }
        threads.shutdownGracefully(0, NettyChannel.CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        threads.terminationFuture().await(patience, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        threads.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private final class Greeting extends GreetingHandler {
      Greeting() {
        super(options.tls(), options.limits().handshakeTimeout());
      }

      @Override
      void secured(ChannelHandlerContext ctx) {
        send(ctx, version, 0);
      }

      @Override
      boolean greeted(ChannelHandlerContext ctx, int serverVersion, int status) {
        if (serverVersion != version) {
          refuse(
              new ServerRefusedException(
                  ("the server at " + server + " speaks protocol version " + serverVersion)
                      + (", this client " + version + "; update the ")
                      + (serverVersion > version ? "client" : "server"),
                  AbortReason.INCOMPATIBLE));
          return false;
        }
        if (status != 0) {
          AbortReason reason = reason(status);
          refuse(
              new ServerRefusedException(
                  "the server at " + server + " takes no connection now: " + reason.words(),
                  reason));
          return false;
        }
        greeted.complete(true);
        return true;
      }

      private AbortReason reason(int status) {
        try {
          return AbortReason.ofCode(status);
        } catch (PeerViolationException unknown) {
          return AbortReason.REFUSED;
        }
      }

      @Override
      void failed(ChannelHandlerContext ctx, Failure failure, @Nullable Throwable cause) {
        refuse(
            switch (failure) {
              case TLS -> tlsFailure(cause);
              case NOT_SOTTO -> new TransportException(notSotto());
              case TIMEOUT ->
                  new TransportException(
                      ("what listens at " + server + " didn't complete the handshake in ")
                          + InboundQueue.seconds(options.limits().handshakeTimeout())
                          + "; is it a Sotto server?");
              case CLOSED, EVICTED ->
                  new TransportException(
                      ("what listens at " + server + " closed the connection during the ")
                          + "handshake; is it a Sotto server, with or without TLS as this client?",
                      cause);
            });
      }

      private String notSotto() {
        byte[] answer = received();
        boolean tlsAnswer =
            !options.tls() && answer.length > 0 && answer[0] >= 20 && answer[0] <= 23;
        return tlsAnswer
            ? server + " answers with TLS, and this client was told to connect without"
            : "what answers at " + server + " is not a Sotto server";
      }

      private TransportException tlsFailure(@Nullable Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
          if (e instanceof ServerTrust.Refusal refusal) {
            return new UntrustedServerException(
                String.valueOf(refusal.getMessage()), refusal.fingerprint(), refusal);
          }
          if (e instanceof NotSslRecordException) {
            return new TransportException(
                "what answers at " + server + " doesn't speak TLS, so it is not a Sotto server", e);
          }
          // "fatal alert: protocol_version" from the JDK, "TLSV1_ALERT_PROTOCOL_VERSION" from
          // BoringSSL.
          String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
          if (words.contains("alert") && words.contains("protocol_version")) {
            return new TransportException(
                "the server at " + server + " doesn't speak TLS 1.3, so it is not a Sotto server",
                e);
          }
          if (words.contains("alert")
              && (words.contains("certificate") || words.contains("unknown_ca"))) {
            return new TransportException(
                ("the server at " + server + " asks for a client certificate that it trusts, and ")
                    + (options.clientIdentity() == null
                        ? "this client has none"
                        : "doesn't trust this client's"),
                e);
          }
          if (e instanceof java.nio.channels.ClosedChannelException) {
            return new TransportException(
                ("what listens at " + server + " closed the connection during the TLS handshake; ")
                    + "is it a Sotto server?",
                e);
          }
        }
        return new TransportException(
            ("the TLS handshake with " + server + " failed: ")
                + (failure == null ? "no cause given" : firstLine(failure)),
            failure);
      }

      private void refuse(TransportException words) {
        greeted.completeExceptionally(words);
      }
    }
  }

  static String firstLine(Throwable e) {
    String words = e.getMessage();
    return words == null || words.isBlank()
        ? e.getClass().getSimpleName()
        : words.lines().findFirst().orElse("");
  }
}
