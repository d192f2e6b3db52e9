package io.sotto.server;

import java.time.Duration;

/**
 * How much of a server's time a client may take.
 *
 * <p><b>Security.</b> What keeps clients that are silent or slow from keeping others out.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> {@link IllegalArgumentException} for values out of range.
 *
 * @param handshakeTimeout for TLS and the greeting, however their bytes come
 * @param setupTimeout for the client's keys and the base transfers, however their bytes come; large
 *     keys have the time that the least throughput gives them besides
 * @param receiveTimeout how long a client may be silent within its setup or a batch
 * @param idleTimeout how long a client may be silent between its batches
 * @param idleGrace a session that has been idle for so long ends when another client needs a place
 * @param leastThroughput in KiB a second that a client must send and take while it is waited for,
 *     on average; 0 for none
 */
public record ClientPatience(
    Duration handshakeTimeout,
    Duration setupTimeout,
    Duration receiveTimeout,
    Duration idleTimeout,
    Duration idleGrace,
    int leastThroughput) {
  public ClientPatience {
    ServerSettings.HANDSHAKE_TIMEOUT.check(handshakeTimeout);
    ServerSettings.SETUP_TIMEOUT.check(setupTimeout);
    ServerSettings.RECEIVE_TIMEOUT.check(receiveTimeout);
    ServerSettings.IDLE_TIMEOUT.check(idleTimeout);
    ServerSettings.IDLE_GRACE.check(idleGrace);
    ServerSettings.LEAST_THROUGHPUT.check(leastThroughput);
  }

  int leastBytesPerSecond() {
    return leastThroughput << 10;
  }

  /** The time for a setup in which the client sends so many bytes of keys. */
  Duration setupTimeout(long keyBytes) {
    return leastThroughput == 0
        ? setupTimeout
        : setupTimeout.plusSeconds(keyBytes / leastBytesPerSecond());
  }
}
