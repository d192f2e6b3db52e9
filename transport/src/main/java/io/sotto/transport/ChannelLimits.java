package io.sotto.transport;

import java.time.Duration;

/**
 * How long a connection waits and how much it holds. All are LOCAL: the two sides need not agree.
 *
 * @param handshakeTimeout for TLS and the greeting together
 * @param receiveTimeout how long the peer may be silent while it is waited for, or take no bytes
 *     while there are some to send; a long message may take longer, as long as 64 KiB come within
 *     this time
 * @param leastBytesPerSecond that the peer must send while it is waited for, and take while there
 *     are some to send, on average over the receive timeout, a message counting for a second; 0 for
 *     none
 * @param closeTimeout how long a close goes on delivering what was sent before; some seconds more
 *     are for the peer to close, too, and then the socket is closed whatever it does
 * @param inboundQueueBytes what has come and was not yet received: so much is always taken in
 *     without the application reading; when it is reached, the socket is read no more until half of
 *     it is consumed. The queue passes it by at most one read of the socket and one TLS record
 *     ({@link #INBOUND_OVERSHOOT})
 * @param outboundQueueBytes what was sent and not yet taken by the socket: at this size send()
 *     blocks
 */
public record ChannelLimits(
    Duration handshakeTimeout,
    Duration receiveTimeout,
    int leastBytesPerSecond,
    Duration closeTimeout,
    int inboundQueueBytes,
    int outboundQueueBytes) {

  /** The largest read of the socket, plus the largest TLS record that it may complete. */
  public static final int INBOUND_OVERSHOOT = (64 + 16) * 1024;

  /**
   * 10 s, 60 s, no least throughput, 30 s; 40 MiB in (pipelined protocols rely on at least 32), 4
   * MiB out.
   */
  public static final ChannelLimits DEFAULT =
      new ChannelLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          0,
          Duration.ofSeconds(30),
          40 << 20,
          4 << 20);

  private static final int MIN_QUEUE_BYTES = 128 * 1024;

  public ChannelLimits {
    requireTimeout("handshake timeout", handshakeTimeout);
    requireTimeout("receive timeout", receiveTimeout);
    if (leastBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "the least throughput is "
              + leastBytesPerSecond
              + " bytes a second; allowed are 0..2^31");
    }
    requireTimeout("close timeout", closeTimeout);
    requireQueue("inbound queue", inboundQueueBytes);
    requireQueue("outbound queue", outboundQueueBytes);
  }

  public ChannelLimits withHandshakeTimeout(Duration timeout) {
    return new ChannelLimits(
        timeout,
        receiveTimeout,
        leastBytesPerSecond,
        closeTimeout,
        inboundQueueBytes,
        outboundQueueBytes);
  }

  public ChannelLimits withReceiveTimeout(Duration timeout) {
    return new ChannelLimits(
        handshakeTimeout,
        timeout,
        leastBytesPerSecond,
        closeTimeout,
        inboundQueueBytes,
        outboundQueueBytes);
  }

  public ChannelLimits withLeastBytesPerSecond(int bytes) {
    return new ChannelLimits(
        handshakeTimeout,
        receiveTimeout,
        bytes,
        closeTimeout,
        inboundQueueBytes,
        outboundQueueBytes);
  }

  public ChannelLimits withCloseTimeout(Duration timeout) {
    return new ChannelLimits(
        handshakeTimeout,
        receiveTimeout,
        leastBytesPerSecond,
        timeout,
        inboundQueueBytes,
        outboundQueueBytes);
  }

  public ChannelLimits withInboundQueueBytes(int bytes) {
    return new ChannelLimits(
        handshakeTimeout,
        receiveTimeout,
        leastBytesPerSecond,
        closeTimeout,
        bytes,
        outboundQueueBytes);
  }

  public ChannelLimits withOutboundQueueBytes(int bytes) {
    return new ChannelLimits(
        handshakeTimeout,
        receiveTimeout,
        leastBytesPerSecond,
        closeTimeout,
        inboundQueueBytes,
        bytes);
  }

  static void requireTimeout(String name, Duration timeout) {
    if (timeout.toMillis() < 1 || timeout.toDays() > 1) {
      throw new IllegalArgumentException(
          "the " + name + " " + timeout + " is not within 1 millisecond..1 day");
    }
  }

  private static void requireQueue(String name, int bytes) {
    if (bytes < MIN_QUEUE_BYTES || bytes > 1 << 30) {
      throw new IllegalArgumentException(
          "the " + name + " of " + bytes + " bytes is not within " + MIN_QUEUE_BYTES + "..2^30");
    }
  }
}
