package io.sotto.transport;

import io.sotto.channel.AbortReason;

/** A Sotto server answered, but doesn't take this connection. */
public final class ServerRefusedException extends TransportException {
  private static final long serialVersionUID = 1L;

  private final AbortReason reason;

  ServerRefusedException(String message, AbortReason reason) {
    super(message);
    this.reason = reason;
  }

  public AbortReason reason() {
    return reason;
  }
}
