package io.sotto.gc.ot;

import io.sotto.channel.Channel;
import io.sotto.channel.Traffic;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Trees of keys of which one side has all leaves and the other all but one, whose number it chose:
 * the punctured pseudo-random function of Goldreich, Goldwasser and Micali, transferred level by
 * level as in Boyle et al. (Efficient two-round OT extension and silent non-interactive secure
 * computation, 2019, figure 4). The children of a node are AES under it of two blocks that no other
 * node on the way to a leaf has. Of each level the owner sends the sums of all left and of all
 * right children, and a base transfer lets the other side open the one on which its path does not
 * go.
 *
 * <p>The chooser's leaf x is the owner's leaf x + choice, so that the missing one is number 0 and
 * no address depends on the choice.
 *
 * <p><b>Security.</b> For semi-honest parties, AES as the generator; each sum is masked by a base
 * transfer's key that is used for nothing else. The owner learns nothing of the choices beyond what
 * the base transfers tell, which is nothing. Of each node on the way to the missing leaf the
 * chooser knows AES of a known block. The blocks' upper half is a salt of the run and the tree's
 * number, their lower half the level, so that a guess of a key can be compared with one node only,
 * however many sessions there are.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> What {@link Channel} throws.
 */
final class KeyTrees {
  /** Base transfers: one for each level of each tree, whatever the trees. */
  private static final int TRANSFERS = LabelKernel.COLUMNS;

  private static final int MESSAGE_BYTES = TRANSFERS * 2 * LabelKernel.LABEL_BYTES;

  /** The lower half of nodes' blocks has the highest bit set; the leaves' streams count from 0. */
  private static final long NODES = Long.MIN_VALUE;

  /** What a salt leaves to the trees' numbers, of which there are at most 64. */
  private static final long TREE_NUMBERS = 0xff;

  private KeyTrees() {}

  /** What {@link #own} sends, receives and waits for. */
  static Traffic ownerTraffic() {
    return BaseOt.senderTraffic(TRANSFERS)
        .plus(new Traffic(Channel.HEADER_BYTES + (long) MESSAGE_BYTES, 0, 0));
  }

  /**
   * Runs the base transfers as sender; draws trees and sends what the other side may have.
   *
   * @return the salt: the upper half of the blocks of tree t, leaves' streams too, is salt + t
   */
  static long own(
      OtTrees trees,
      Channel channel,
      SecureRandom random,
      LabelKernel kernel,
      NativeBuffer leaves) {
    try (Scope scope = new Scope()) {
      long keyBytes = (long) TRANSFERS * LabelKernel.LABEL_BYTES;
      NativeBuffer zeroKeys = scope.allocate(keyBytes);
      NativeBuffer oneKeys = scope.allocate(keyBytes);
      long salt = salt(BaseOt.send(channel, random, TRANSFERS, zeroKeys, oneKeys));
      LongBuffer[] keys = {zeroKeys.longs(), oneKeys.longs()};
      NativeBuffer message = scope.allocate(MESSAGE_BYTES);
      LongBuffer sums = message.longs();
      Level level = new Level(scope, kernel, trees);
      for (int t = 0; t < trees.count(); t++) {
        level.root(random);
        for (int d = 0; d < trees.bits(); d++) {
          level.expand(salt + t, d, 0);
          int transfer = transfer(trees, t, d);
          for (int side = 0; side < 2; side++) {
            // The key of choice c opens the other side's sum.
            for (int w = 0; w < 2; w++) {
              sums.put(
                  4 * transfer + 2 * side + w,
                  keys[side].get(2 * transfer + w) ^ level.sum(1 - side, w));
            }
          }
        }
        level.copyTo(leaves.longs(), t);
      }
      channel.send(OtMessages.OT_TREES, message.bytes());
      channel.flush();
      return salt;
    }
  }

  /**
   * Runs the base transfers as receiver and gets all leaves but the chosen ones.
   *
   * @param choices as many bits for each tree as it has levels, lowest first
   * @return the salt, as {@link #own} returns it there
   */
  static long choose(
      OtTrees trees,
      Channel channel,
      SecureRandom random,
      LabelKernel kernel,
      NativeBuffer choices,
      NativeBuffer leaves) {
    try (Scope scope = new Scope()) {
      NativeBuffer keys = scope.allocate((long) TRANSFERS * LabelKernel.LABEL_BYTES);
      long salt = salt(BaseOt.receive(channel, random, TRANSFERS, choices, keys));
      NativeBuffer message = scope.allocate(MESSAGE_BYTES);
      channel.receive(OtMessages.OT_TREES, message.bytes());
      LongBuffer sums = message.longs();
      LongBuffer key = keys.longs();
      Level level = new Level(scope, kernel, trees);
      for (int t = 0; t < trees.count(); t++) {
        level.unknownRoot();
        for (int d = 0; d < trees.bits(); d++) {
          int transfer = transfer(trees, t, d);
          long choice = -(choices.longs().get(transfer / Long.SIZE) >>> transfer & 1);
          level.expand(salt + t, d, choice);
          for (int w = 0; w < 2; w++) {
            long zero = sums.get(4 * transfer + w);
            long one = sums.get(4 * transfer + 2 + w);
            long opened = key.get(2 * transfer + w) ^ zero ^ ((zero ^ one) & choice);
            // Node 1 is the sibling of the path: the sum less all others of its side.
            level.addToSibling(w, opened);
          }
          level.forgetPath();
        }
        level.copyTo(leaves.longs(), t);
      }
      return salt;
    }
  }

  /** 56 bits of the base transfers' run, and room for the trees' numbers below. */
  private static long salt(byte[] run) {
    return ByteBuffer.wrap(run).order(ByteOrder.LITTLE_ENDIAN).getLong() & ~TREE_NUMBERS;
  }

  /** Level d of a path decides the highest bit not yet decided. */
  private static int transfer(OtTrees trees, int tree, int d) {
    return tree * trees.bits() + trees.bits() - 1 - d;
  }

  /** The nodes of one level of a tree. */
  private static final class Level {
    private final LabelKernel kernel;
    private final NativeBuffer node;
    private final NativeBuffer children;
    private final LongBuffer nodes;
    private final LongBuffer next;
    private final LongBuffer nodeWords;
    private final LongBuffer childWords;
    private final int leaves;
    private int size;

    Level(Scope scope, LabelKernel kernel, OtTrees trees) {
      this.leaves = trees.leaves();
      this.kernel = kernel;
      this.node = scope.allocate(LabelKernel.LABEL_BYTES);
      this.children = scope.allocate(2L * LabelKernel.LABEL_BYTES);
      this.nodeWords = node.longs();
      this.childWords = children.longs();
      this.nodes = scope.allocate((long) leaves * LabelKernel.LABEL_BYTES).longs();
      this.next = scope.allocate((long) leaves * LabelKernel.LABEL_BYTES).longs();
    }

    void root(SecureRandom random) {
      byte[] seed = new byte[LabelKernel.LABEL_BYTES];
      random.nextBytes(seed);
      node.bytes().put(seed);
      Arrays.fill(seed, (byte) 0);
      nodes.put(0, nodeWords.get(0));
      nodes.put(1, nodeWords.get(1));
      size = 1;
    }

    void unknownRoot() {
      nodes.put(0, 0);
      nodes.put(1, 0);
      size = 1;
    }

    /** Goes down from level d; with a mask of ones, left and right change places. */
    void expand(long upper, int d, long swapped) {
      for (int i = 0; i < size; i++) {
        nodeWords.put(0, nodes.get(2 * i));
        nodeWords.put(1, nodes.get(2 * i + 1));
        kernel.stream(node, upper, NODES + 2L * d, 2, children);
        for (int w = 0; w < 2; w++) {
          long left = childWords.get(w);
          long right = childWords.get(2 + w);
          long difference = (left ^ right) & swapped;
          next.put(4 * i + w, left ^ difference);
          next.put(4 * i + 2 + w, right ^ difference);
        }
      }
      size *= 2;
      for (int i = 0; i < 2 * size; i++) {
        nodes.put(i, next.get(i));
      }
    }

    long sum(int side, int word) {
      long sum = 0;
      for (int i = side; i < size; i += 2) {
        sum ^= nodes.get(2 * i + word);
      }
      return sum;
    }

    /** Sets node 1 such that all of its side add up to the given. */
    void addToSibling(int word, long total) {
      nodes.put(2 + word, total ^ sum(1, word) ^ nodes.get(2 + word));
    }

    void forgetPath() {
      nodes.put(0, 0);
      nodes.put(1, 0);
    }

    void copyTo(LongBuffer target, int tree) {
      for (int i = 0; i < 2 * leaves; i++) {
        target.put(2 * leaves * tree + i, nodes.get(i));
      }
    }
  }
}
