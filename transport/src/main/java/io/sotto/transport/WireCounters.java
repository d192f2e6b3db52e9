package io.sotto.transport;

/**
 * What one connection has moved, as seen at two places. They are final once the connection is
 * closed; before, bytes that are on their way through the process may be in one and not yet in the
 * other.
 *
 * @param socketBytesSent bytes that the socket took: TLS handshake, records and close included
 * @param socketBytesReceived bytes that the socket gave
 * @param streamBytesSent bytes of frames before encryption, an abort included; the greeting isn't a
 *     frame
 * @param streamBytesReceived bytes of frames after decryption
 */
public record WireCounters(
    long socketBytesSent,
    long socketBytesReceived,
    long streamBytesSent,
    long streamBytesReceived) {

  /** What both connections have moved. */
  public WireCounters plus(WireCounters other) {
    return new WireCounters(
        socketBytesSent + other.socketBytesSent,
        socketBytesReceived + other.socketBytesReceived,
        streamBytesSent + other.streamBytesSent,
        streamBytesReceived + other.streamBytesReceived);
  }
}
