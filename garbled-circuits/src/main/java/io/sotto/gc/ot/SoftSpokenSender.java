package io.sotto.gc.ot;

import io.sotto.channel.Channel;
import io.sotto.channel.Traffic;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * The sender of {@link SoftSpokenReceiver}'s protocol, which holds the offset.
 *
 * <p><b>Security.</b> As there.
 *
 * <p><b>Threading.</b> As {@link CorrelatedOtSender} says.
 *
 * <p><b>Failure.</b> As {@link CorrelatedOtSender} says.
 */
public final class SoftSpokenSender implements CorrelatedOtSender {
  private final Channel channel;
  private final LabelKernel kernel;
  private final OtTrees trees;
  private final Scope scope = new Scope();
  private final NativeBuffer delta;
  private final NativeBuffer keys;
  private NativeBuffer request;
  private long salt;
  private long nextBlock;

  private SoftSpokenSender(Channel channel, LabelKernel kernel, OtTrees trees) {
    this.channel = channel;
    this.kernel = kernel;
    this.trees = trees;
    this.delta = scope.allocate(LabelKernel.LABEL_BYTES);
    this.keys = scope.allocate(LabelKernel.treeKeyBytes(trees.bits()));
    this.request = NativeBuffer.allocate(1);
  }

  /**
   * Runs the base transfers, as their receiver, and chooses from the trees.
   *
   * @param delta the offset, 16 bytes; copied
   */
  public static SoftSpokenSender open(
      Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees, NativeBuffer delta) {
    SoftSpokenSender sender = new SoftSpokenSender(channel, kernel, trees);
    try {
      sender.delta.longs().put(delta.slice(0, LabelKernel.LABEL_BYTES).longs());
      try (NativeBuffer leaves = NativeBuffer.allocate(trees.leafBytes())) {
        sender.salt = KeyTrees.choose(trees, channel, random, kernel, sender.delta, leaves);
        kernel.expandTrees(trees.bits(), leaves, sender.keys);
      }
      return sender;
    } catch (RuntimeException | Error e) {
      sender.close();
      throw e;
    }
  }

  /**
   * What {@link #open} sends, receives and waits for, where the message received before the first
   * of its own was received as well.
   */
  public static Traffic setupTraffic() {
    Traffic owner = KeyTrees.ownerTraffic().mirrored();
    return new Traffic(owner.bytesSent(), owner.bytesReceived(), 1);
  }

  @Override
  public void extend(int count, NativeBuffer labels) {
    int blocks = CorrelatedOts.groups(count);
    int bytes = trees.requestBytes(count);
    if (request.size() < bytes) {
      request.close();
      request = NativeBuffer.allocate(bytes);
    }
    channel.receive(OtMessages.OT_EXTENSION, request.bytes().limit(bytes));
    kernel.treesSender(trees.bits(), keys, delta, salt, nextBlock, blocks, request, labels);
    nextBlock = Math.addExact(nextBlock, blocks);
  }

  @Override
  public void close() {
    request.close();
    scope.close();
  }
}
