package io.sotto.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How {@link SottoListener} accepts. Immutable; start with {@link #defaults()}.
 *
 * @param maxConnections sessions at a time; one more is refused with BUSY
 * @param maxOfAddress sessions at a time of one address (of IPv6, of one network of 64 bits)
 * @param idleGrace where a further session would be refused, one that has been idle for longer than
 *     this ends instead; see {@link NettyChannel#awaitMessage}
 * @param limits of each channel
 * @param trustedClients PEM file of certificates which a client's must be among or be issued by;
 *     null if clients show none
 * @param refusalReport gets one line for each connection that didn't become a session; called on
 *     I/O threads, so it must not block; null logs the line
 * @param tls false only after {@link #insecureWithoutTls()}
 */
public record ListenerOptions(
    int maxConnections,
    int maxOfAddress,
    Duration idleGrace,
    ChannelLimits limits,
    @Nullable Path trustedClients,
    @Nullable Consumer<String> refusalReport,
    boolean tls) {

  private static final int DEFAULT_CONNECTIONS = 16;

  public ListenerOptions {
    if (maxConnections < 1 || maxConnections > 10_000) {
      throw new IllegalArgumentException(
          "the number of connections " + maxConnections + " is not within 1..10000");
    }
    if (maxOfAddress < 1) {
      throw new IllegalArgumentException(
          "the number of connections of an address is "
              + maxOfAddress
              + "; allowed are 1 and more");
    }
    ChannelLimits.requireTimeout("idle grace", idleGrace);
  }

  /**
   * 16 connections, 8 of an address, 10 s of grace, the default limits, TLS, no client
   * certificates.
   */
  public static ListenerOptions defaults() {
    return new ListenerOptions(
        DEFAULT_CONNECTIONS,
        fairShare(DEFAULT_CONNECTIONS),
        Duration.ofSeconds(10),
        ChannelLimits.DEFAULT,
        null,
        null,
        true);
  }

  /**
   * How many of so many connections one address has if nothing is said: half of them, so that no
   * address can take all, but two where there are as many, since one address may be that of
   * several.
   */
  public static int fairShare(int connections) {
    return Math.min(connections, Math.max(2, connections / 2));
  }

  /** Also sets what an address may have, to its {@link #fairShare}. */
  public ListenerOptions withMaxConnections(int connections) {
    return new ListenerOptions(
        connections, fairShare(connections), idleGrace, limits, trustedClients, refusalReport, tls);
  }

  public ListenerOptions withMaxOfAddress(int connections) {
    return new ListenerOptions(
        maxConnections, connections, idleGrace, limits, trustedClients, refusalReport, tls);
  }

  public ListenerOptions withIdleGrace(Duration grace) {
    return new ListenerOptions(
        maxConnections, maxOfAddress, grace, limits, trustedClients, refusalReport, tls);
  }

  public ListenerOptions withLimits(ChannelLimits newLimits) {
    return new ListenerOptions(
        maxConnections, maxOfAddress, idleGrace, newLimits, trustedClients, refusalReport, tls);
  }

  /** Mutual TLS: only clients with one of these certificates, or one issued by them, get in. */
  public ListenerOptions requireClientCertificates(Path trustedPem) {
    return new ListenerOptions(
        maxConnections, maxOfAddress, idleGrace, limits, trustedPem, refusalReport, tls);
  }

  public ListenerOptions withRefusalReport(Consumer<String> report) {
    return new ListenerOptions(
        maxConnections, maxOfAddress, idleGrace, limits, trustedClients, report, tls);
  }

  /**
   * No TLS: everybody on the network path can read and alter everything, and the protocols then
   * protect neither side. For measurements on one machine.
   */
  public ListenerOptions insecureWithoutTls() {
    return new ListenerOptions(
        maxConnections, maxOfAddress, idleGrace, limits, trustedClients, refusalReport, false);
  }
}
