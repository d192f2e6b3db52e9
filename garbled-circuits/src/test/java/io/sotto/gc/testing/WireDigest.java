package io.sotto.gc.testing;

import io.sotto.gc.channel.AbortReason;
import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.MessageKind;
import io.sotto.gc.channel.Traffic;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A channel that digests everything its side sends: kind, length and bytes of each message. */
public final class WireDigest implements Channel {
  private final Channel channel;
  private final MessageDigest digest;

  public WireDigest(Channel channel) {
    this.channel = channel;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first 16 bytes of SHA-256 of all that was sent; ends the digest. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  @Override
  public void send(MessageKind kind, ByteBuffer payload) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putInt(payload.remaining()).put((byte) kind.code()).flip();
    digest.update(header);
    digest.update(payload.duplicate());
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
