package io.sotto.gc.channel;

/** The generic words in which one side tells the other that it gives up. Never more than these. */
public enum AbortReason {
  /** The peer broke the protocol. */
  PROTOCOL_VIOLATION("the peer broke the protocol"),
  /** The versions or settings of the two sides don't agree. */
  INCOMPATIBLE("the two sides speak different versions"),
  /** The request is well formed but not one that this side serves. */
  REFUSED("the request was refused"),
  /** This side has no room now. */
  BUSY("the server is busy"),
  /** This side is stopping. */
  SHUTTING_DOWN("the other side is shutting down"),
  /** This side failed for reasons of its own. */
  INTERNAL_ERROR("the other side failed");

  private final String words;

  AbortReason(String words) {
    this.words = words;
  }

  /** For a sentence to the user. */
  public String words() {
    return words;
  }
}
