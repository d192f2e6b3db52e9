package io.sotto.server;

import io.sotto.transport.ListenerOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much of a server's patience and places a client may take. Start with {@link #DEFAULTS}.
 *
 * <p><b>Security.</b> What keeps clients that are silent, slow or many from keeping others out.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> {@link IllegalArgumentException} for values out of range.
 *
 * @param sessionsPerAddress at a time; null for half of all, and at least two, or for all where the
 *     server listens on this machine only, and so every client has one address
 * @param handshakeTimeout for TLS and the greeting, however their bytes come
 * @param setupTimeout for the client's keys and the base transfers, however their bytes come; large
 *     keys have the time that the least throughput gives them besides
 * @param receiveTimeout how long a client may be silent within its setup or a batch
 * @param idleGrace a session that has been idle for so long ends when another client needs a place
 * @param leastThroughput in KiB a second that a client must send and take while it is waited for,
 *     on average; 0 for none
 */
public record PeerLimits(
    @Nullable Integer sessionsPerAddress,
    Duration handshakeTimeout,
    Duration setupTimeout,
    Duration receiveTimeout,
    Duration idleGrace,
    int leastThroughput) {
  /** 5 s, 30 s, 60 s, 10 s, 16 KiB a second. */
  public static final PeerLimits DEFAULTS =
      new PeerLimits(
          null,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          16);

  private static final int MAX_SESSIONS = 1000;
  private static final int MAX_THROUGHPUT = 1 << 20;

  public PeerLimits {
    if (sessionsPerAddress != null) {
      requireWithin("max-sessions-per-address", sessionsPerAddress, 1, MAX_SESSIONS);
    }
    requireTime("handshake-timeout", handshakeTimeout);
    requireTime("setup-timeout", setupTimeout);
    requireTime("receive-timeout", receiveTimeout);
    requireTime("idle-grace", idleGrace);
    requireWithin("least-throughput", leastThroughput, 0, MAX_THROUGHPUT);
  }

  public PeerLimits withSessionsPerAddress(int sessions) {
    return new PeerLimits(
        sessions, handshakeTimeout, setupTimeout, receiveTimeout, idleGrace, leastThroughput);
  }

  public PeerLimits withHandshakeTimeout(Duration timeout) {
    return new PeerLimits(
        sessionsPerAddress, timeout, setupTimeout, receiveTimeout, idleGrace, leastThroughput);
  }

  public PeerLimits withSetupTimeout(Duration timeout) {
    return new PeerLimits(
        sessionsPerAddress, handshakeTimeout, timeout, receiveTimeout, idleGrace, leastThroughput);
  }

  public PeerLimits withReceiveTimeout(Duration timeout) {
    return new PeerLimits(
        sessionsPerAddress, handshakeTimeout, setupTimeout, timeout, idleGrace, leastThroughput);
  }

  public PeerLimits withIdleGrace(Duration grace) {
    return new PeerLimits(
        sessionsPerAddress, handshakeTimeout, setupTimeout, receiveTimeout, grace, leastThroughput);
  }

  public PeerLimits withLeastThroughput(int kibPerSecond) {
    return new PeerLimits(
        sessionsPerAddress,
        handshakeTimeout,
        setupTimeout,
        receiveTimeout,
        idleGrace,
        kibPerSecond);
  }

  int leastBytesPerSecond() {
    return leastThroughput << 10;
  }

  /** How many of so many sessions an address may have, of a server that listens there. */
  int sessionsPerAddress(int maxSessions, String host) {
    if (sessionsPerAddress != null) {
      return sessionsPerAddress;
    }
    return isThisMachine(host) ? maxSessions : ListenerOptions.fairShare(maxSessions);
  }

  private static boolean isThisMachine(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // listening there says what is wrong
    }
  }

  /** The time for a setup in which the client sends so many bytes of keys. */
  Duration setupTimeout(long keyBytes) {
    return leastThroughput == 0
        ? setupTimeout
        : setupTimeout.plusSeconds(keyBytes / leastBytesPerSecond());
  }

  static void requireTime(String what, Duration given) {
    if (given.compareTo(Duration.ofSeconds(1)) < 0 || given.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "%s is %s s; allowed are 1 second to 1 day".formatted(what, given.toSeconds()));
    }
  }

  static void requireWithin(String what, int given, int from, int to) {
    if (given < from || given > to) {
      throw new IllegalArgumentException(
          what + " is " + given + "; allowed are " + from + ".." + to);
    }
  }
}
