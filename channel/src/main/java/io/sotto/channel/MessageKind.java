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
}
