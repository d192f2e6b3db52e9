package io.sotto.converter.step;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerViolationException;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;

/**
 * How a run of equally wide numbers crosses the channel: packed without gaps, in as many messages
 * as it takes, all but the last of the same length.
 *
 * @param kind of every message
 * @param bits of each number
 * @param count numbers in all
 */
public record PackedMessages(MessageKind kind, int bits, int count) {
  /** Numbers in one message: some megabytes, and a multiple of 8 so that messages end on a byte. */
  private static final int NUMBERS_PER_MESSAGE = 1 << 19;

  private static int bytes(int bits, int count) {
    return Math.toIntExact(((long) bits * count + 7) / 8);
  }

  /** Bytes on the wire, headers included. */
  public long wireBytes() {
    long total = 0;
    for (int first = 0; first < count; first += NUMBERS_PER_MESSAGE) {
      total += Channel.HEADER_BYTES + bytes(bits, Math.min(NUMBERS_PER_MESSAGE, count - first));
    }
    return total;
  }

  /** Sends the numbers, one in each 64-bit word of the buffer. */
  public void send(Channel channel, NativeBuffer numbers) {
    try (NativeBuffer packed =
        NativeBuffer.allocate(bytes(bits, Math.min(NUMBERS_PER_MESSAGE, count)))) {
      for (int first = 0; first < count; first += NUMBERS_PER_MESSAGE) {
        int part = Math.min(NUMBERS_PER_MESSAGE, count - first);
        PackKernel.pack(words(numbers, first, part), part, bits, packed);
        channel.send(kind, packed.bytes().limit(bytes(bits, part)));
      }
    }
  }

  /** Receives the numbers, each of which must be below {@code bound}. */
  public void receive(Channel channel, NativeBuffer numbers, long bound) {
    try (NativeBuffer packed =
        NativeBuffer.allocate(bytes(bits, Math.min(NUMBERS_PER_MESSAGE, count)))) {
      for (int first = 0; first < count; first += NUMBERS_PER_MESSAGE) {
        int part = Math.min(NUMBERS_PER_MESSAGE, count - first);
        channel.receive(kind, packed.bytes().limit(bytes(bits, part)));
        if (!PackKernel.unpack(packed, part, bits, bound, words(numbers, first, part))) {
          throw new PeerViolationException(
              "a " + kind.name() + " message holds a number out of range");
        }
      }
    }
  }

  /** Receives the numbers, which may be any of so many bits. */
  public void receive(Channel channel, NativeBuffer numbers) {
    receive(channel, numbers, 1L << bits);
  }

  private static NativeBuffer words(NativeBuffer numbers, int first, int part) {
    return numbers.slice((long) first * Long.BYTES, (long) part * Long.BYTES);
  }
}
