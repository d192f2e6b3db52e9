package io.sotto.transport;

import io.sotto.gc.channel.AbortReason;
import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.ChannelClosedException;
import io.sotto.gc.channel.MessageKind;
import io.sotto.gc.channel.PeerAbortException;
import io.sotto.gc.channel.PeerViolationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames out of a stream of bytes. A frame's kind and length are held against what the caller
 * expects before a byte of its payload is read or room is made for it.
 *
 * <p><b>Security.</b> Bytes of the peer choose nothing but which of the three exceptions is thrown.
 *
 * <p><b>Threading.</b> One thread, except {@link #bytesDecoded}.
 *
 * <p><b>Failure.</b> See {@link Channel}. After an exception the place in the stream is lost.
 */
final class FrameDecoder {

  /** The abort frame. No protocol may use its code. */
  static final MessageKind ABORT = new MessageKind(1, "ABORT");

  /** Where the bytes come from. */
  @FunctionalInterface
  interface Source {
    /** Fills the rest of the buffer, waiting for it; throws {@link ChannelClosedException}. */
    void read(ByteBuffer destination);
  }

  private final Source source;
  private final ByteBuffer header =
      ByteBuffer.allocate(Channel.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final AtomicLong bytesDecoded = new AtomicLong();

  FrameDecoder(Source source) {
    this.source = source;
  }

  /** Headers and payloads taken out so far. */
  long bytesDecoded() {
    return bytesDecoded.get();
  }

  /** Takes the next frame, which must fill the rest of the buffer. */
  void next(MessageKind kind, ByteBuffer destination) {
    nextLength(kind, destination.remaining(), destination.remaining());
    read(destination);
  }

  /** Takes the next frame; the buffer returned is the caller's, little endian. */
  ByteBuffer next(MessageKind kind, int maxBytes) {
    ByteBuffer payload =
        ByteBuffer.allocate(nextLength(kind, 0, maxBytes)).order(ByteOrder.LITTLE_ENDIAN);
    read(payload);
    return payload.flip();
  }

  /**
   * Passes over whatever frames are left: for a side that couldn't send because the connection is
   * gone, to learn whether the peer had said why.
   */
  @Nullable PeerAbortException findAbort() {
    try {
      ByteBuffer passedOver = ByteBuffer.allocate(8192);
      while (true) {
        readHeader();
        int length = header.getInt(0);
        if (code() == ABORT.code()) {
          return readAbort(length);
        }
        if (length < 0 || length > Channel.MAX_PAYLOAD_BYTES) {
          return null;
        }
        for (int left = length; left > 0; left -= passedOver.limit()) {
          passedOver.clear().limit(Math.min(left, passedOver.capacity()));
          read(passedOver);
        }
      }
    } catch (ChannelClosedException | PeerViolationException endOfStream) {
      return null;
    }
  }

  private int nextLength(MessageKind kind, int minBytes, int maxBytes) {
    readHeader();
    int length = header.getInt(0);
    if (code() == ABORT.code()) {
      throw readAbort(length);
    }
    if (code() != kind.code() || length < minBytes || length > maxBytes) {
      String allowed = minBytes == maxBytes ? "" + maxBytes : "at most " + maxBytes;
      throw new PeerViolationException(
          ("expected a message " + kind.name() + " (kind " + kind.code() + ") of " + allowed)
              + (" bytes, the other side sent kind " + code() + " of ")
              + (Integer.toUnsignedString(length) + " bytes"));
    }
    return length;
  }

  private PeerAbortException readAbort(int length) {
    if (length != 1) {
      throw new PeerViolationException(
          "an abort has 1 byte, the other side sent " + Integer.toUnsignedString(length));
    }
    ByteBuffer reason = ByteBuffer.allocate(1);
    read(reason);
    int code = Byte.toUnsignedInt(reason.get(0));
    AbortReason known = AbortCode.reason(code);
    if (known == null) {
      throw new PeerViolationException("the other side aborted with the unknown reason " + code);
    }
    return new PeerAbortException(known);
  }

  private void readHeader() {
    header.clear();
    read(header);
  }

  private int code() {
    return Byte.toUnsignedInt(header.get(4));
  }

  private void read(ByteBuffer destination) {
    int bytes = destination.remaining();
    source.read(destination);
    bytesDecoded.addAndGet(bytes);
  }
}
