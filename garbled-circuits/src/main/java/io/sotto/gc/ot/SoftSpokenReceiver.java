package io.sotto.gc.ot;

import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.Traffic;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * The chooser of correlated transfers by SoftSpoken OT (Roy: SoftSpokenOT: quieter OT extension
 * from small-field silent VOLE in the Minicrypt model, 2022, sections 3 and 4, semi-honest), with
 * fields of 2^4 elements: a quarter of the bytes of {@link IknpReceiver} for twice the hashing.
 *
 * <p>Of each of 32 {@link KeyTrees} this side has the streams r_x of all leaves x, the sender all
 * but that of delta's four bits D. Here u is the sum of all r_x and v that of x r_x over the field
 * of 16 elements, read as four columns of bits; there w is the sum of (x + D) r_x = v + D u. With
 * the choices b this side sends u + b, the sender adds D (u + b) and has v + D b. So row j of all
 * columns is t_j here and t_j + b_j delta there, which are the labels.
 *
 * <p><b>Security.</b> For semi-honest parties and AES in counter mode as the generator: the stream
 * that the sender doesn't have hides u, and so u + b the choices. This side receives nothing after
 * the base transfers, so delta is as safe as they make it. The streams go on from request to
 * request and no block of theirs is used twice.
 *
 * <p><b>Threading.</b> As {@link CorrelatedOtReceiver} says.
 *
 * <p><b>Failure.</b> As {@link CorrelatedOtReceiver} says.
 */
public final class SoftSpokenReceiver implements CorrelatedOtReceiver {
  private final Channel channel;
  private final LabelKernel kernel;
  private final Scope scope = new Scope();
  private final NativeBuffer keys;
  private NativeBuffer request;
  private long nextBlock;

  private SoftSpokenReceiver(Channel channel, LabelKernel kernel) {
    this.channel = channel;
    this.kernel = kernel;
    this.keys = scope.allocate(LabelKernel.TREE_KEY_BYTES);
    this.request = NativeBuffer.allocate(1);
  }

  /** Runs the base transfers, as their sender, and the trees, as their owner. */
  public static SoftSpokenReceiver open(Channel channel, SecureRandom random, LabelKernel kernel) {
    SoftSpokenReceiver receiver = new SoftSpokenReceiver(channel, kernel);
    try {
      try (NativeBuffer leaves = NativeBuffer.allocate(KeyTrees.leafBytes())) {
        KeyTrees.own(channel, random, kernel, leaves);
        kernel.expandTrees(leaves, receiver.keys);
      }
      return receiver;
    } catch (RuntimeException e) {
      receiver.close();
      throw e;
    }
  }

  /** What {@link #open} sends, receives and waits for. */
  public static Traffic setupTraffic() {
    return KeyTrees.ownerTraffic();
  }

  @Override
  public int requestBytes(int count) {
    return requestSize(count);
  }

  /** Bytes of a request of that many transfers: 4 for each, in whole groups. */
  public static int requestSize(int count) {
    return CorrelatedOts.choiceBytes(count) * LabelKernel.TREES;
  }

  @Override
  public void extend(int count, NativeBuffer choices, NativeBuffer labels) {
    int blocks = CorrelatedOts.groups(count);
    int bytes = requestSize(count);
    if (request.size() < bytes) {
      request.close();
      request = NativeBuffer.allocate(bytes);
    }
    kernel.treesReceiver(keys, nextBlock, blocks, choices, request, labels);
    nextBlock = Math.addExact(nextBlock, blocks);
    channel.send(OtMessages.OT_EXTENSION, request.bytes().limit(bytes));
  }

  @Override
  public void close() {
    request.close();
    scope.close();
  }
}
