package io.sotto.gc.ot;

import io.sotto.channel.Channel;
import io.sotto.channel.Traffic;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * The chooser of correlated transfers by SoftSpoken OT (Roy: SoftSpokenOT: quieter OT extension
 * from small-field silent VOLE in the Minicrypt model, 2022, sections 3 and 4, semi-honest), with
 * fields of 2^k elements, k as {@link OtTrees} says: with k = 4 a quarter of the bytes of IKNP's
 * (Ishai, Kilian, Nissim, Petrank, 2003) for twice the hashing.
 *
 * <p>Of each of 128 / k {@link KeyTrees} this side has the streams r_x of all leaves x, the sender
 * all but that of delta's k bits D. Here u is the sum of all r_x and v that of x r_x over the field
 * of 2^k elements, read as k columns of bits; there w is the sum of (x + D) r_x = v + D u. With the
 * choices b this side sends u + b, the sender adds D (u + b) and has v + D b. So row j of all
 * columns is t_j here and t_j + b_j delta there, which are the labels.
 *
 * <p><b>Security.</b> For semi-honest parties and AES in counter mode as the generator: the stream
 * that the sender doesn't have hides u, and so u + b the choices. This side receives nothing after
 * the base transfers, so delta is as safe as they make it. The streams go on from request to
 * request and no block of theirs is used twice; their counters have a salt of the session and the
 * tree's number, so that many sessions are no easier to attack than one (docs/proofs.md, section
 * 7).
 *
 * <p><b>Threading.</b> As {@link CorrelatedOtReceiver} says.
 *
 * <p><b>Failure.</b> As {@link CorrelatedOtReceiver} says.
 */
public final class SoftSpokenReceiver implements CorrelatedOtReceiver {
  private final Channel channel;
  private final LabelKernel kernel;
  private final OtTrees trees;
  private final Scope scope = new Scope();
  private final NativeBuffer keys;
  private NativeBuffer request;
  private long salt;
  private long nextBlock;

  private SoftSpokenReceiver(Channel channel, LabelKernel kernel, OtTrees trees) {
    this.channel = channel;
    this.kernel = kernel;
    this.trees = trees;
    this.keys = scope.allocate(LabelKernel.treeKeyBytes(trees.bits()));
    this.request = NativeBuffer.allocate(1);
  }

  /** Runs the base transfers, as their sender, and the trees, as their owner. */
  public static SoftSpokenReceiver open(
      Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    SoftSpokenReceiver receiver = new SoftSpokenReceiver(channel, kernel, trees);
    try {
      try (NativeBuffer leaves = NativeBuffer.allocate(trees.leafBytes())) {
        receiver.salt = KeyTrees.own(trees, channel, random, kernel, leaves);
        kernel.expandTrees(trees.bits(), leaves, receiver.keys);
      }
      return receiver;
    } catch (RuntimeException | Error e) {
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
    return trees.requestBytes(count);
  }

  @Override
  public void extend(int count, NativeBuffer choices, NativeBuffer labels) {
    int blocks = CorrelatedOts.groups(count);
    int bytes = requestBytes(count);
    if (request.size() < bytes) {
      request.close();
      request = NativeBuffer.allocate(bytes);
    }
    kernel.treesReceiver(trees.bits(), keys, salt, nextBlock, blocks, choices, request, labels);
    nextBlock = Math.addExact(nextBlock, blocks);
    channel.send(OtMessages.OT_EXTENSION, request.bytes().limit(bytes));
  }

  @Override
  public void close() {
    request.close();
    scope.close();
  }
}
