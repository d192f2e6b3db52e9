package io.sotto.converter.session;

import io.sotto.channel.AbortReason;
import io.sotto.channel.Channel;
import io.sotto.channel.ChannelException;
import io.sotto.channel.PeerViolationException;

/** Ends the channel of a session that failed, with no more than a word for the other side. */
final class SessionFailure {
  private SessionFailure() {}

  static void tell(Channel channel, Throwable failure) {
    if (failure instanceof PeerViolationException) {
      channel.abort(AbortReason.PROTOCOL_VIOLATION);
    } else if (failure instanceof ChannelException) {
      channel.close();
    } else if (failure instanceof PlanTooLargeException) {
      channel.abort(AbortReason.REFUSED);
    } else {
      channel.abort(AbortReason.INTERNAL_ERROR);
    }
  }
}
