package io.sotto.gc.testing;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A channel that digests everything its side sends: kind, length and bytes of each message. */
public final class WireDigest extends ForwardingChannel {
  private final MessageDigest digest;

  public WireDigest(Channel channel) {
    super(channel);
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
    super.send(kind, payload);
  }
}
