package io.sotto.transport;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How {@link SottoConnector} connects. Immutable; start with {@link #defaults()}.
 *
 * @param connectTimeout for the TCP connection, over all addresses of the host
 * @param limits of the channel
 * @param clientIdentity shown to a server that asks for a certificate, or null
 * @param tls false only after {@link #insecureWithoutTls()}
 */
public record ConnectorOptions(
    Duration connectTimeout,
    ChannelLimits limits,
    @Nullable ServerIdentity clientIdentity,
    boolean tls) {

  public ConnectorOptions {
    ChannelLimits.requireTimeout("connect timeout", connectTimeout);
  }

  /** 10 s to connect, the default limits, TLS, no client certificate. */
  public static ConnectorOptions defaults() {
    return new ConnectorOptions(Duration.ofSeconds(10), ChannelLimits.DEFAULT, null, true);
  }

  public ConnectorOptions withConnectTimeout(Duration timeout) {
    return new ConnectorOptions(timeout, limits, clientIdentity, tls);
  }

  public ConnectorOptions withLimits(ChannelLimits newLimits) {
    return new ConnectorOptions(connectTimeout, newLimits, clientIdentity, tls);
  }

  /** Shows this certificate to a server that asks for one (mutual TLS). */
  public ConnectorOptions withClientIdentity(ServerIdentity identity) {
    return new ConnectorOptions(connectTimeout, limits, identity, tls);
  }

  /**
   * No TLS: everybody on the network path can read and alter everything, and the protocols then
   * protect neither side. For measurements on one machine.
   */
  public ConnectorOptions insecureWithoutTls() {
    return new ConnectorOptions(connectTimeout, limits, clientIdentity, false);
  }
}
