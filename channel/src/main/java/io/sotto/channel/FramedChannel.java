package io.sotto.channel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The part that all forms share: checks, counts and the life of a channel. A form moves the frames.
 */
abstract class FramedChannel implements Channel {
  private final TrafficMeter meter = new TrafficMeter();

  /** Set by a violation: no more messages, but the peer may still be told. */
  private volatile boolean dead;

  private volatile boolean closed;

  /** Hands one frame to the peer's direction; blocks while that is full. */
  abstract void write(FrameHeader header, ByteBuffer payload);

  /** Waits for the next frame's header. */
  abstract FrameHeader readHeader();

  /** Fills the buffer with the payload of the header that was just read. */
  abstract void readPayload(ByteBuffer destination);

  /** Sends a last frame without waiting and lets everything go. */
  abstract void finish(byte[] lastFrame);

  /** Lets everything go. */
  abstract void release();

  @Override
  public final void send(MessageKind kind, ByteBuffer payload) {
    int bytes = payload.remaining();
    kind.requireSendable(bytes);
    requireLive();
    write(new FrameHeader(bytes, kind.code()), payload);
    payload.position(payload.limit());
    meter.sent(bytes);
  }

  @Override
  public final void receive(MessageKind kind, ByteBuffer destination) {
    int bytes = destination.remaining();
    kind.requireReceivable(bytes);
    FrameHeader header = nextHeader(kind, bytes, bytes);
    readPayload(destination);
    meter.received(header.length());
  }

  @Override
  public final ByteBuffer receive(MessageKind kind, int maxBytes) {
    kind.requireReceivable(maxBytes);
    FrameHeader header = nextHeader(kind, 0, maxBytes);
    ByteBuffer payload = ByteBuffer.allocate(header.length()).order(ByteOrder.LITTLE_ENDIAN);
    readPayload(payload);
    meter.received(header.length());
    return payload.flip();
  }

  private FrameHeader nextHeader(MessageKind kind, int minBytes, int maxBytes) {
    requireLive();
    flush();
    try {
      FrameHeader header = readHeader();
      if (header.code() == MessageKind.ABORT.code()) {
        header.require(MessageKind.ABORT, 1, 1);
        ByteBuffer reason = ByteBuffer.allocate(1);
        readPayload(reason);
        AbortReason given = AbortReason.ofCode(reason.get(0) & 0xff);
        dead = true;
        throw new PeerAbortException(given);
      }
      header.require(kind, minBytes, maxBytes);
      return header;
    } catch (PeerViolationException e) {
      dead = true;
      throw e;
    }
  }

  private void requireLive() {
    if (closed || dead) {
      throw new ChannelClosedException("the channel is closed");
    }
  }

  @Override
  public final Traffic traffic() {
    return meter.traffic();
  }

  @Override
  public void flush() {
    // Forms that hold nothing back have nothing to do.
  }

  @Override
  public final void abort(AbortReason reason) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + 1);
    new FrameHeader(1, MessageKind.ABORT.code()).encode(frame);
    frame.put((byte) reason.code());
    finish(frame.array());
  }

  @Override
  public final void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    release();
  }
}
