package io.sotto.channel;

/**
 * What one side saw cross its channel.
 *
 * <p>A round is a change from sending to receiving on this side: {@code rounds} is the number of
 * messages received whose previous message, in this side's own order of calls, was one that it
 * sent. So a side that asks and waits counts one; the side that only answers counts none for the
 * answer.
 *
 * @param bytesSent bytes of messages sent, headers included
 * @param bytesReceived bytes of messages received, headers included
 * @param rounds receives that directly followed a send
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

  /** The same bytes as the other party sees them; the rounds stay those of the first party. */
  public Traffic mirrored() {
    return new Traffic(/* bytesSent= */ bytesReceived, /* bytesReceived= */ bytesSent, rounds);
  }
}
