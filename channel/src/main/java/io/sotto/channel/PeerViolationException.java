package io.sotto.channel;

import org.jspecify.annotations.Nullable;

/** The peer sent what the protocol doesn't allow. */
public final class PeerViolationException extends ChannelException {
  private static final long serialVersionUID = 1L;

  public PeerViolationException(String message) {
    this(message, null);
  }

  public PeerViolationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
