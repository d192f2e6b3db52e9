package io.sotto.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.NotSslRecordException;
import io.sotto.channel.AbortReason;
import io.sotto.channel.PeerViolationException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of the greeting: asks, and says what is wrong with an answer that isn't that of
 * a Sotto server of this version.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
final class ClientGreeting extends GreetingHandler {
  private final String server;
  private final ConnectorOptions options;
  private final int version;
  private final CompletableFuture<Void> welcome = new CompletableFuture<>();

  /**
   * Not yet connected.
   *
   * @param server its host and port, for messages
   * @param version of everything that is said afterwards
   */
  ClientGreeting(String server, ConnectorOptions options, int version) {
    super(options.tls(), options.limits().handshakeTimeout());
    this.server = server;
    this.options = options;
    this.version = version;
  }

  /** Done when the server has greeted; fails with a {@link TransportException}. */
  CompletableFuture<Void> welcome() {
    return welcome;
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
              "the server at " + server + " takes no connection now: " + reason.words(), reason));
      return false;
    }
    welcome.complete(null);
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
                      + Patience.seconds(options.limits().handshakeTimeout())
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
    boolean tlsAnswer = !options.tls() && answer.length > 0 && answer[0] >= 20 && answer[0] <= 23;
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
            "the server at " + server + " doesn't speak TLS 1.3, so it is not a Sotto server", e);
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
            + (failure == null ? "no cause given" : TransportException.firstLine(failure)),
        failure);
  }

  private void refuse(TransportException words) {
    welcome.completeExceptionally(words);
  }
}
