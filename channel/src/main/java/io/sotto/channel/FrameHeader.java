package io.sotto.channel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What precedes each payload on a stream: its length (4 bytes, little endian) and its kind's code.
 *
 * @param length of the payload, 0..{@link Channel#MAX_PAYLOAD_BYTES}
 * @param code of the {@link MessageKind}, 1..255
 */
public record FrameHeader(int length, int code) {
  public FrameHeader {
    if (length < 0 || length > Channel.MAX_PAYLOAD_BYTES || code < 1 || code > 255) {
      throw new IllegalArgumentException(
          "frame of kind " + code + " and length " + length + " is not allowed");
    }
  }

  /**
   * Reads a header.
   *
   * @throws PeerViolationException if length or code are out of range
   */
  public static FrameHeader decode(ByteBuffer bytes) {
    if (bytes.remaining() < Channel.HEADER_BYTES) {
      throw new PeerViolationException("a frame header was cut short");
    }
    int length = bytes.order(ByteOrder.LITTLE_ENDIAN).getInt();
    int code = bytes.get() & 0xff;
    if (length < 0 || length > Channel.MAX_PAYLOAD_BYTES) {
      throw new PeerViolationException(
          "a message of " + Integer.toUnsignedString(length) + " bytes exceeds the limit");
    }
    if (code == 0) {
      throw new PeerViolationException("a message has kind 0");
    }
    return new FrameHeader(length, code);
  }

  /** Writes the header. */
  public void encode(ByteBuffer destination) {
    destination.order(ByteOrder.LITTLE_ENDIAN).putInt(length).put((byte) code);
  }

  /**
   * Holds against what is expected.
   *
   * @throws PeerViolationException if the kind is another or the length outside the bounds
   */
  public void require(MessageKind kind, int minBytes, int maxBytes) {
    if (code != kind.code()) {
      throw new PeerViolationException(
          "expected '" + kind.name() + "' but received a message of kind " + code);
    }
    if (length < minBytes || length > maxBytes) {
      throw new PeerViolationException(
          "'"
              + kind.name()
              + "' has "
              + length
              + " bytes, expected "
              + (minBytes == maxBytes ? "" + minBytes : minBytes + " to " + maxBytes));
    }
  }
}
