package io.sotto.gc.testing;

import io.sotto.channel.AbortReason;
import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.Traffic;
import java.nio.ByteBuffer;

/** A channel by another one; tests override what they look at or change. */
public abstract class ForwardingChannel implements Channel {
  private final Channel channel;

  protected ForwardingChannel(Channel channel) {
    this.channel = channel;
  }

  @Override
  public void send(MessageKind kind, ByteBuffer payload) {
    channel.send(kind, payload);
  }

  @Override
  public void receive(MessageKind kind, ByteBuffer destination) {
    channel.receive(kind, destination);
  }

  @Override
  public ByteBuffer receive(MessageKind kind, int maxBytes) {
    return channel.receive(kind, maxBytes);
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public Traffic traffic() {
    return channel.traffic();
  }

  @Override
  public void abort(AbortReason reason) {
    channel.abort(reason);
  }

  @Override
  public void close() {
    channel.close();
  }
}
