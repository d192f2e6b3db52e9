package io.sotto.converter.testing;

import io.sotto.channel.Channel;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.MessageKind;
import io.sotto.gc.testing.ForwardingChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A channel on which something goes wrong with the n-th message. */
public final class BreakingChannel extends ForwardingChannel {
  private static final int PATIENCE_SECONDS = 60;

  /** What happens to the message. */
  public enum Fault {
    /** The connection is gone before it. */
    GONE,
    /** What this side sends comes when the other side has given up. */
    LATE,
    /** A bit of what this side sends is flipped. */
    FLIPPED,
    /** All bits of what this side sends are ones. */
    ONES,
    /** What this side sends is a byte too short. */
    SHORT,
    /** What this side sends is a byte too long. */
    LONG;

    /** Whether it can befall a message. */
    boolean befalls(Message message) {
      return this == GONE || message.sent;
    }
  }

  /** A message that this side sent or received. */
  public record Message(MessageKind kind, boolean sent) {}

  private final Fault fault;
  private final int at;
  private final CountDownLatch otherGaveUp;
  private final List<Message> messages = new ArrayList<>();

  /**
   * @param at the number of the message, from 0; -1 for none
   * @param otherGaveUp what a late side waits for
   */
  BreakingChannel(Channel channel, Fault fault, int at, CountDownLatch otherGaveUp) {
    super(channel);
    this.fault = fault;
    this.at = at;
    this.otherGaveUp = otherGaveUp;
  }

  /** All messages so far, that which broke included. */
  List<Message> messages() {
    return List.copyOf(messages);
  }

  private boolean now(MessageKind kind, boolean sent) {
    boolean now = messages.size() == at;
    messages.add(new Message(kind, sent));
    if (now && fault == Fault.GONE) {
      super.close();
      throw new ChannelClosedException("broken on purpose");
    }
    if (now && fault == Fault.LATE) {
      super.flush();
      awaitOther();
    }
    return now;
  }

  private void awaitOther() {
    try {
      if (!otherGaveUp.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the other side waits for ever");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void send(MessageKind kind, ByteBuffer payload) {
    if (!now(kind, true) || fault == Fault.LATE) {
      super.send(kind, payload);
      return;
    }
    int length = payload.remaining();
    byte[] bytes = new byte[length + 1];
    payload.get(bytes, 0, length);
    switch (fault) {
      case FLIPPED -> bytes[length / 2] ^= 0x10;
      case ONES -> Arrays.fill(bytes, (byte) 0xff);
      default -> {}
    }
    int sent =
        switch (fault) {
          case SHORT -> length - 1;
          case LONG -> length + 1;
          default -> length;
        };
    super.send(kind, ByteBuffer.wrap(bytes, 0, sent));
  }

  @Override
  public void receive(MessageKind kind, ByteBuffer destination) {
    now(kind, false);
    super.receive(kind, destination);
  }

  @Override
  public ByteBuffer receive(MessageKind kind, int maxBytes) {
    now(kind, false);
    return super.receive(kind, maxBytes);
  }
}
