package io.sotto.gc.garble;

import io.sotto.channel.Channel;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.ProductKernel;
import io.sotto.gc.ot.CorrelatedOtReceiver;
import io.sotto.gc.ot.CorrelatedOtSender;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.ot.SoftSpokenReceiver;
import io.sotto.gc.ot.SoftSpokenSender;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * What one side of a session keeps of it: correlated transfers in both directions, its own offset,
 * the public keys of the session, its source of fresh bits, and the numbers that were used.
 *
 * <p><b>Security.</b> Offset and fresh bits are this side's alone; the offset of the other side's
 * transfers is the other side's. Both are wiped with the scope.
 *
 * <p><b>Threading.</b> One thread, the channel's.
 *
 * <p><b>Failure.</b> What {@link Channel} throws.
 */
final class Correlations implements AutoCloseable {
  private final Side side;
  private final Channel channel;
  private final LabelKernel kernel;
  private final OtTrees trees;
  private final Scope scope = new Scope();
  private final NativeBuffer offset;
  private final NativeBuffer sessionKey;
  private final NativeBuffer labelKey;
  private final CorrelatedOtSender sender;
  private final CorrelatedOtReceiver receiver;
  private final FreshBits freshBits;
  private final Once once = new Once();

  private Correlations(
      Side side, Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    this.side = side;
    this.channel = channel;
    this.kernel = kernel;
    this.trees = trees;
    try {
      if (side == Side.GARBLER) {
        offset = FreshBits.block(random, scope);
        // Point-and-permute: the two labels of a wire have different colours.
        offset.bytes().put(0, (byte) (offset.bytes().get(0) | 1));
        sessionKey = FreshBits.block(random, scope);
        labelKey = FreshBits.block(random, scope);
        sender = scope.own(SoftSpokenSender.open(channel, random, kernel, trees, offset));
        ByteBuffer keys = ByteBuffer.allocate(2 * LabelKernel.LABEL_BYTES);
        keys.put(sessionKey.bytes()).put(labelKey.bytes()).flip();
        channel.send(Chunks.SESSION_KEYS, keys);
        receiver = scope.own(SoftSpokenReceiver.open(channel, random, kernel, trees));
      } else {
        sessionKey = scope.allocate(LabelKernel.LABEL_BYTES);
        labelKey = scope.allocate(LabelKernel.LABEL_BYTES);
        receiver = scope.own(SoftSpokenReceiver.open(channel, random, kernel, trees));
        byte[] keys = new byte[2 * LabelKernel.LABEL_BYTES];
        channel.receive(Chunks.SESSION_KEYS, ByteBuffer.wrap(keys));
        sessionKey.bytes().put(0, keys, 0, LabelKernel.LABEL_BYTES);
        labelKey.bytes().put(0, keys, LabelKernel.LABEL_BYTES, LabelKernel.LABEL_BYTES);
        offset = FreshBits.block(random, scope);
        sender = scope.own(SoftSpokenSender.open(channel, random, kernel, trees, offset));
      }
      freshBits = new FreshBits(random, kernel, scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Runs the base transfers of both directions with the other side, which does the same. */
  static Correlations open(
      Side side, Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    return new Correlations(side, channel, random, kernel, trees);
  }

  Side side() {
    return side;
  }

  Channel channel() {
    return channel;
  }

  LabelKernel kernel() {
    return kernel;
  }

  OtTrees trees() {
    return trees;
  }

  /** This side's offset. */
  NativeBuffer offset() {
    return offset;
  }

  /** S, public. */
  NativeBuffer sessionKey() {
    return sessionKey;
  }

  /** Of public labels. */
  NativeBuffer labelKey() {
    return labelKey;
  }

  /** Transfers in which this side holds the offset. */
  CorrelatedOtSender sender() {
    return sender;
  }

  /** Transfers in which this side chooses. */
  CorrelatedOtReceiver receiver() {
    return receiver;
  }

  FreshBits freshBits() {
    return freshBits;
  }

  /** The numbers that this session has used. */
  Once once() {
    return once;
  }

  /** Products of a chunk, of which each block takes an id. */
  ProductKernel.Run products(int width, int size, long firstId) {
    return new ProductKernel.Run(width, size, Chunks.MAX_BLOCK, sessionKey, firstId);
  }

  /** Wipes the state; the channel stays open. */
  @Override
  public void close() {
    scope.close();
  }
}
