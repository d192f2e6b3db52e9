package io.sotto.channel;

/** The peer said that it gives up. */
public final class PeerAbortException extends ChannelException {
  private static final long serialVersionUID = 1L;

  private final AbortReason reason;

  public PeerAbortException(AbortReason reason) {
    super("the session was ended by the other side: " + reason.words(), null);
    this.reason = reason;
  }

  public AbortReason reason() {
    return reason;
  }
}
