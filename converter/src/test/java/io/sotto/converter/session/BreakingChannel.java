package io.sotto.converter.session;

import io.sotto.gc.channel.AbortReason;
import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.ChannelClosedException;
import io.sotto.gc.channel.MessageKind;
import io.sotto.gc.channel.Traffic;
import java.nio.ByteBuffer;

/** A channel that breaks at its n-th message, or changes a byte of it. */
final class BreakingChannel implements Channel {
  /** What happens to the message. */
  enum Fault {
    /** The connection is gone before it. */
    GONE,
    /** A bit of what this side sends is flipped. */
    FLIPPED,
    /** What this side sends is a byte too short. */
    SHORT
  }

  private final Channel channel;
  private final Fault fault;
  private final int at;
  private int messages;

  BreakingChannel(Channel channel, Fault fault, int at) {
    this.channel = channel;
    this.fault = fault;
    this.at = at;
  }

  /** How many messages there were. */
  int messages() {
    return messages;
  }

  private boolean now() {
    boolean now = messages == at;
    messages++;
    if (now && fault == Fault.GONE) {
      channel.close();
      throw new ChannelClosedException("broken on purpose");
    }
    return now;
  }

  @Override
  public void send(MessageKind kind, ByteBuffer payload) {
    if (!now()) {
      channel.send(kind, payload);
      return;
    }
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    if (fault == Fault.FLIPPED) {
      bytes[bytes.length / 2] ^= 0x10;
      channel.send(kind, ByteBuffer.wrap(bytes));
    } else {
      channel.send(kind, ByteBuffer.wrap(bytes, 0, bytes.length - 1));
    }
  }

  @Override
  public void receive(MessageKind kind, ByteBuffer destination) {
    now();
    channel.receive(kind, destination);
  }

  @Override
  public ByteBuffer receive(MessageKind kind, int maxBytes) {
    now();
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
