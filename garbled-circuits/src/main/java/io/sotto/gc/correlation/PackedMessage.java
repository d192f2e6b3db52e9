package io.sotto.gc.correlation;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerViolationException;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;

/**
 * The memory of messages of one kind, which are written or read from their beginning on, piece by
 * piece: tables, rows of bits, numbers without gaps between them.
 *
 * <p><b>Security.</b> A message is received at the length that is given, or not at all.
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> What {@link Channel} throws; numbers that aren't packed as they have to be are
 * a {@link PeerViolationException}.
 */
public final class PackedMessage {
  private final MessageKind kind;
  private final NativeBuffer memory;
  private long at;

  /** The memory lives as long as the scope. */
  public PackedMessage(MessageKind kind, long largestBytes, Scope scope) {
    this.kind = kind;
    this.memory = scope.allocate(Math.max(1, largestBytes));
  }

  /** Begins a message that will be sent. */
  public void begin() {
    at = 0;
  }

  /** Sends what was written since the beginning. */
  public void send(Channel channel) {
    channel.send(kind, memory.bytes().limit(Math.toIntExact(at)));
  }

  /** Receives a message of that many bytes, to be read from its beginning. */
  public void receive(Channel channel, long bytes) {
    channel.receive(kind, memory.bytes().limit(Math.toIntExact(bytes)));
    at = 0;
  }

  /** The next bytes, to write or to read them. */
  public NativeBuffer next(long bytes) {
    NativeBuffer next = memory.slice(at, bytes);
    at += bytes;
    return next;
  }

  /** Writes numbers of that many bits. */
  public void pack(NativeBuffer numbers, int count, int bits) {
    PackKernel.pack(numbers, count, bits, next(PackKernel.packedBytes(count, bits)));
  }

  /** Reads numbers of that many bits. */
  public void unpack(int count, int bits, NativeBuffer numbers) {
    NativeBuffer packed = next(PackKernel.packedBytes(count, bits));
    if (!PackKernel.unpack(packed, count, bits, 1L << bits, numbers)) {
      throw new PeerViolationException(
          "bits beyond the last number of " + kind.name() + " are set");
    }
  }
}
