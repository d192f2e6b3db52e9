package io.sotto.gc.channel;

/**
 * Bytes that crossed a channel, frame headers included, and the number of times that a message was
 * awaited after one was sent.
 */
public record Traffic(long bytesSent, long bytesReceived, long rounds) {
  public static final Traffic NONE = new Traffic(0, 0, 0);

  public Traffic plus(Traffic other) {
    return new Traffic(
        bytesSent + other.bytesSent, bytesReceived + other.bytesReceived, rounds + other.rounds);
  }

  public Traffic minus(Traffic earlier) {
    return new Traffic(
        bytesSent - earlier.bytesSent,
        bytesReceived - earlier.bytesReceived,
        rounds - earlier.rounds);
  }

  /** The same traffic as the other party sees it; rounds stay. */
  public Traffic mirrored() {
    return new Traffic(bytesReceived, bytesSent, rounds);
  }
}
