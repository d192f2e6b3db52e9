package io.sotto.channel;

/** The generic words in which one side tells the other that it gives up. Never more than these. */
public enum AbortReason {
  /** The peer broke the protocol. */
  PROTOCOL_VIOLATION(1, "the peer broke the protocol"),
  /** The versions or settings of the two sides don't agree. */
  INCOMPATIBLE(2, "the two sides speak different versions"),
  /** The request is well formed but not one that this side serves. */
  REFUSED(3, "the request was refused"),
  /** This side has no room now. */
  BUSY(4, "the server is busy"),
  /** This side is stopping. */
  SHUTTING_DOWN(5, "the other side is shutting down"),
  /** This side failed for reasons of its own. */
  INTERNAL_ERROR(6, "the other side failed");

  private final int code;
  private final String words;

  AbortReason(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /** The one byte that stands for it on the wire, 1..255. */
  public int code() {
    return code;
  }

  /**
   * The reason that a byte from the peer stands for.
   *
   * @throws PeerViolationException if there is none
   */
  public static AbortReason ofCode(int code) {
    for (AbortReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    throw new PeerViolationException("abort reason " + code + " is unknown");
  }

  /** For a sentence to the user. */
  public String words() {
    return words;
  }
}
