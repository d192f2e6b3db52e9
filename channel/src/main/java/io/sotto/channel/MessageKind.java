package io.sotto.channel;

/**
 * What a message is, as the one byte that precedes it on the wire.
 *
 * @param code 1..255, unique over all protocols; docs/protocol.md lists them
 * @param name for messages to people
 */
public record MessageKind(int code, String name) {
  /** Gives up, see {@link Channel#abort}. The one kind that belongs to every channel. */
  public static final MessageKind ABORT = new MessageKind(1, "abort");

  public MessageKind {
    if (code < 1 || code > 255) {
      throw new IllegalArgumentException("message code " + code + " is not within 1..255");
    }
  }

  /** Refuses to send what no peer would accept: an abort among messages, or too much at once. */
  public void requireSendable(int bytes) {
    if (code == ABORT.code) {
      throw new IllegalArgumentException(
          "'" + name + "' has the abort's code " + code + "; call abort()");
    }
    if (bytes > Channel.MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          ("'" + name + "' has " + bytes + " bytes; at most " + Channel.MAX_PAYLOAD_BYTES)
              + " are allowed; send it in parts");
    }
  }

  /** Refuses to wait for what no peer can send. */
  public void requireReceivable(int mostBytes) {
    if (mostBytes < 0 || mostBytes > Channel.MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          ("'" + name + "' is awaited with at most " + mostBytes + " bytes; allowed are 0..")
              + Channel.MAX_PAYLOAD_BYTES);
    }
  }
}
