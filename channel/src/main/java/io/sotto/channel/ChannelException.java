package io.sotto.channel;

import org.jspecify.annotations.Nullable;

/** The session can't go on. Messages never carry secrets, shares or inputs. */
public abstract sealed class ChannelException extends RuntimeException
    permits PeerViolationException, PeerAbortException, ChannelClosedException {
  private static final long serialVersionUID = 1L;

  ChannelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
