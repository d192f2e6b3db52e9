package io.sotto.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.sotto.channel.AbortReason;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of the greeting of one connection, which ends in a session or a line of report.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
final class ServerGreeting extends GreetingHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ServerGreeting.class);

  /** The first byte of a TLS handshake. */
  private static final byte TLS_HANDSHAKE = 22;

  private final Channel socket;
  private final ListenerOptions options;
  private final int version;
  private final Handshakes<ServerGreeting> handshakes;
  private final Sessions sessions;
  private @Nullable NettyChannel channel;

  /**
   * A connection that has been accepted.
   *
   * @param handshakes which it leaves when it has greeted
   * @param sessions of which it then becomes one, if there is a place
   */
  ServerGreeting(
      Channel socket,
      ListenerOptions options,
      int version,
      Handshakes<ServerGreeting> handshakes,
      Sessions sessions) {
    super(options.tls(), options.limits().handshakeTimeout());
    this.socket = socket;
    this.options = options;
    this.version = version;
    this.handshakes = handshakes;
    this.sessions = sessions;
  }

  Channel socket() {
    return socket;
  }

  /** The channel of the connection, before anything comes over it. */
  void setChannel(NettyChannel channel) {
    this.channel = channel;
  }

  @Override
  void secured(ChannelHandlerContext ctx) {}

  @Override
  boolean greeted(ChannelHandlerContext ctx, int clientVersion, int reserved) {
    if (clientVersion != version) {
      report(
          ("the client speaks protocol version " + clientVersion + ", this server " + version)
              + ("; update the " + (clientVersion > version ? "server" : "client")));
      refuse(ctx, AbortReason.INCOMPATIBLE);
      return false;
    }
    if (sessions.isClosing()) {
      refuse(ctx, AbortReason.SHUTTING_DOWN);
      return false;
    }
    if (channel == null) {
      throw new IllegalStateException("a greeting before its channel");
    }
    Sessions.Session session = sessions.of(channel, describe(ctx));
    String refusal = session.enter(); // before the client can know of it
    if (refusal != null) {
      report(refusal);
      refuse(ctx, AbortReason.BUSY);
      return false;
    }
    handshakes.remove(this);
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
        switch (failure) {
          case TLS -> tlsFailure(cause);
          case NOT_SOTTO -> notSotto();
          case TIMEOUT ->
              "no handshake within " + Patience.seconds(options.limits().handshakeTimeout());
          case CLOSED -> "gone before its greeting";
          case EVICTED ->
              ("closed in its handshake, since there were " + SottoListener.MAX_HANDSHAKES)
                  + " and its address had the most";
        });
  }

  private String notSotto() {
    byte[] said = received();
    return !options.tls() && said.length > 0 && said[0] == TLS_HANDSHAKE
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
        + (cause == null ? "no cause given" : TransportException.firstLine(cause));
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

  private void report(String what) {
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
}
