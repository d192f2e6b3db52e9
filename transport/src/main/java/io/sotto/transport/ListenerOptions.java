package io.sotto.transport;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How {@link SottoListener} accepts. Immutable; start with {@link #defaults()}.
 *
 * @param maxConnections sessions at a time; one more is refused with BUSY
 * @param limits of each channel
 * @param trustedClients PEM file of certificates which a client's must be among or be issued by;
 *     null if clients show none
 * @param refusalReport gets one line for each connection that didn't become a session; called on
 *     I/O threads, so it must not block; null logs the line
 * @param tls false only after {@link #insecureWithoutTls()}
 */
public record ListenerOptions(
    int maxConnections,
    ChannelLimits limits,
    @Nullable Path trustedClients,
    @Nullable Consumer<String> refusalReport,
    boolean tls) {

  public ListenerOptions {
    if (maxConnections < 1 || maxConnections > 10_000) {
      throw new IllegalArgumentException(
          "the number of connections " + maxConnections + " is not within 1..10000");
    }
  }

  /** 16 connections, the default limits, TLS, no client certificates. */
  public static ListenerOptions defaults() {
    return new ListenerOptions(16, ChannelLimits.DEFAULT, null, null, true);
  }

  public ListenerOptions withMaxConnections(int connections) {
    return new ListenerOptions(connections, limits, trustedClients, refusalReport, tls);
  }

  public ListenerOptions withLimits(ChannelLimits newLimits) {
    return new ListenerOptions(maxConnections, newLimits, trustedClients, refusalReport, tls);
  }

  /** Mutual TLS: only clients with one of these certificates, or one issued by them, get in. */
  public ListenerOptions requireClientCertificates(Path trustedPem) {
    return new ListenerOptions(maxConnections, limits, trustedPem, refusalReport, tls);
  }

  public ListenerOptions withRefusalReport(Consumer<String> report) {
    return new ListenerOptions(maxConnections, limits, trustedClients, report, tls);
  }

  /**
   * No TLS: everybody on the network path can read and alter everything, and the protocols then
   * protect neither side. For measurements on one machine.
   */
  public ListenerOptions insecureWithoutTls() {
    return new ListenerOptions(maxConnections, limits, trustedClients, refusalReport, false);
  }
}
