package io.sotto.channel;

import org.jspecify.annotations.Nullable;

/** The connection is gone: closed by either side, broken, or silent for too long. */
public final class ChannelClosedException extends ChannelException {
  private static final long serialVersionUID = 1L;

  public ChannelClosedException(String message) {
    this(message, null);
  }

  public ChannelClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
