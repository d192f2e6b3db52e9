package io.sotto.transport;

import io.sotto.channel.AbortReason;
import io.sotto.channel.Channel;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.FrameHeader;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.PeerViolationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames out of a stream of bytes. A frame's kind and length are held against what the caller
 * expects before a byte of its payload is read or room is made for it.
 *
 * <p><b>Security.</b> Bytes of the peer choose nothing but which of the three exceptions is thrown.
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> See {@link Channel}. After an exception the place in the stream is lost.
 */
final class FrameDecoder {

  /** Where the bytes come from. */
  @FunctionalInterface
  interface Source {
    /** Fills the rest of the buffer, waiting for it; throws {@link ChannelClosedException}. */
    void read(ByteBuffer destination);
  }

  private final Source source;
  private final ByteBuffer header = ByteBuffer.allocate(Channel.HEADER_BYTES);
  private long bytesDecoded;

  FrameDecoder(Source source) {
    this.source = source;
  }

  /** Bytes taken from the source so far. */
  long bytesDecoded() {
    return bytesDecoded;
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
        FrameHeader frame = readHeader();
        if (frame.code() == MessageKind.ABORT.code()) {
          return readAbort(frame);
        }
        for (int left = frame.length(); left > 0; left -= passedOver.limit()) {
          passedOver.clear().limit(Math.min(left, passedOver.capacity()));
          read(passedOver);
        }
      }
    } catch (ChannelClosedException | PeerViolationException endOfStream) {
      return null;
    }
  }

  private int nextLength(MessageKind kind, int minBytes, int maxBytes) {
    FrameHeader frame = readHeader();
    if (frame.code() == MessageKind.ABORT.code()) {
      throw readAbort(frame);
    }
    frame.require(kind, minBytes, maxBytes);
    return frame.length();
  }

  private PeerAbortException readAbort(FrameHeader frame) {
    frame.require(MessageKind.ABORT, 1, 1);
    ByteBuffer reason = ByteBuffer.allocate(1);
    read(reason);
    return new PeerAbortException(AbortReason.ofCode(Byte.toUnsignedInt(reason.get(0))));
  }

  private FrameHeader readHeader() {
    header.clear();
    read(header);
    return FrameHeader.decode(header.flip());
  }

  private void read(ByteBuffer destination) {
    int bytes = destination.remaining();
    source.read(destination);
    bytesDecoded += bytes;
  }
}
