package io.sotto.gc.garble;

import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.MessageKind;
import io.sotto.gc.channel.Traffic;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.PackKernel;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link ShareRelu} computes, with lookups for the sign instead of a circuit. {@link
 * LookupReluGarbler} and {@link LookupReluEvaluator} are the two sides.
 *
 * <p>The sign is the top bit of the sum of both shares, and for that the carry into it is needed.
 * It is found window by window of a few bits, from the lowest: as exclusive or of two bits of which
 * each side has one. For a window the garbler writes down a table, an entry for each value that the
 * evaluator's bits of the window and its bit of the carry may have: the carry out of the window,
 * plus a fresh bit, which is what the garbler keeps. The evaluator gets the entry that its bits
 * name. It is an oblivious transfer of one of many (Naor and Pinkas, Oblivious transfer and
 * polynomial evaluation, 1999): the bits of the entry's number are choices of correlated transfers,
 * and the pad of entry e is the sum over them of bit e of a hash of the label for e's bit. Of each
 * entry but the one that was chosen at least one label is unknown.
 *
 * <p>The evaluator doesn't know its bit of a carry when it asks for the transfers. It chooses with
 * a fresh bit rho, and says d = carry + rho later: the garbler then adds d to its own bit.
 *
 * <p>With p = [y &gt;= 0] = pi + c, a', b' the shares in two's complement and s, t their top bits,
 *
 * <pre>   max(0, y) = p (a' + 2^m u) + p (b' + 2^m v),   u + v = s t:</pre>
 *
 * three {@link io.sotto.gc.internal.BitProducts products} of a bit with a number, of which that of
 * t with s comes with the first lookup and the others at the end.
 *
 * @param relu widths, and the bits that the comparison leaves out
 */
public record LookupRelu(ShareRelu relu) {
  /**
   * Garbler to evaluator, a chunk and step: tables, with the first the corrections of t s; at the
   * end the corrections of the products whose factors the garbler knows.
   */
  static final MessageKind LOOKUPS = new MessageKind(24, "lookup tables");

  /**
   * Evaluator to garbler, a chunk and step: a bit for each instance, after the last lookup with the
   * corrections of the products whose factors it knows.
   */
  static final MessageKind ANSWERS = new MessageKind(25, "lookup answers");

  /** Bits that name an entry: tables of 32 bits. AGREEMENT. */
  private static final int MAX_CHOICES = 5;

  /** Transfers that a chunk comes near to. AGREEMENT. */
  private static final int CHUNK_TRANSFERS = 1 << 16;

  /**
   * Turns from a chunk's step to its next. AGREEMENT. What the evaluator sends in so many turns may
   * wait to be received: see {@link LookupReluEvaluator}.
   */
  private static final int MAX_LAG = 3;

  /** Lookups, which are the steps of a chunk but for the last. */
  List<LookupWindow> windows() {
    List<LookupWindow> windows = new ArrayList<>();
    int low = relu.compared() - 1;
    int wire = 0;
    for (int bit = 0; bit < low; ) {
      boolean carries = bit > 0;
      int bits = Math.min(MAX_CHOICES - (carries ? 1 : 0), low - bit);
      LookupWindow window = new LookupWindow(relu.dropped() + bit, bits, wire, carries);
      windows.add(window);
      bit += bits;
      wire += window.choices();
    }
    return windows;
  }

  /** A run on so many instances. */
  Run run(int instances) {
    return new Run(relu, windows(), instances);
  }

  /** What the evaluator sends, receives and waits for, exactly. */
  public Traffic evaluatorTraffic(int instances, OtTrees trees) {
    Run run = run(instances);
    long header = Channel.HEADER_BYTES;
    long sent = 0;
    long received = 0;
    for (int chunk = 0; chunk < run.count(); chunk++) {
      int size = run.size(chunk);
      sent += header + trees.requestBytes(run.transfers(size));
      received += header + trees.requestBytes(size);
      for (int step = 0; step <= run.lookups(); step++) {
        received += header + run.messageBytes(step, size);
        sent += step < run.lookups() ? header + run.answerBytes(step, size) : 0;
      }
    }
    // The evaluator sends in all turns but those that only end chunks; it waits after each of
    // these.
    long rounds = run.count() == 0 ? 0 : run.count() + (run.lookups() - 1L) * run.lag() + 1;
    return new Traffic(sent, received, rounds);
  }

  /**
   * How a run is cut up. A chunk goes through a lookup after the other and one step more, and the
   * chunks follow one another: in turn k both sides do step s of chunk k - s * lag, the oldest
   * chunk first.
   */
  static final class Run extends Pieces {
    private final ShareRelu relu;
    private final List<LookupWindow> windows;

    private Run(ShareRelu relu, List<LookupWindow> windows, int instances) {
      super(instances, chunk(relu, windows));
      this.relu = relu;
      this.windows = windows;
    }

    /** Choices of the lookups of an instance. */
    private static int wires(List<LookupWindow> windows) {
      LookupWindow last = windows.get(windows.size() - 1);
      return last.firstWire() + last.choices();
    }

    /** Transfers of t, if the results are wider, and of p. */
    private static int products(ShareRelu relu) {
      return relu.extraBits() > 0 ? 2 : 1;
    }

    private static int chunk(ShareRelu relu, List<LookupWindow> windows) {
      int transfers = wires(windows) + products(relu);
      return CHUNK_TRANSFERS / transfers / Chunks.MAX_BLOCK * Chunks.MAX_BLOCK;
    }

    /** What is done with a chunk in a step of its. */
    interface Step {
      void run(int step, int chunk);
    }

    /** Does all steps of a turn. */
    void turn(int turn, Step action) {
      for (int step = lookups(); step >= 0; step--) {
        int chunk = chunkAt(turn, step);
        if (chunk >= 0) {
          action.run(step, chunk);
        }
      }
    }

    /** The chunk that comes to a step in a turn, or -1. */
    int chunkAt(int turn, int step) {
      int chunk = turn - step * lag();
      return chunk >= 0 && chunk < count() ? chunk : -1;
    }

    int lookups() {
      return windows.size();
    }

    LookupWindow window(int step) {
      return windows.get(step);
    }

    /** Choices of the lookups of an instance. */
    int wires() {
      return wires(windows);
    }

    private int transfersOfInstance() {
      return wires() + products(relu);
    }

    /** Turns from a chunk's step to its next, and requests under way. */
    int lag() {
      return Math.min(MAX_LAG, count());
    }

    int turns() {
      return count() + lookups() * lag();
    }

    /** Chunks that have begun and not ended, and those that are requested. */
    int alive() {
      return Math.min(count(), (lookups() + 1) * lag());
    }

    int transfers(int size) {
      return Math.multiplyExact(transfersOfInstance(), LabelKernel.lanes(size));
    }

    /** Where the labels of t, or of p if there are none, begin among those of a chunk. */
    long productLabelsAt(int size) {
      return (long) wires() * LabelKernel.lanes(size) * LabelKernel.LABEL_BYTES;
    }

    /** Where the labels of p begin among those of t and p. */
    long signLabelsAt(int size) {
      return relu.extraBits() > 0 ? (long) LabelKernel.lanes(size) * LabelKernel.LABEL_BYTES : 0;
    }

    /** Bytes of the labels of t and p. */
    long productLabelBytes(int size) {
      return (long) products(relu) * LabelKernel.lanes(size) * LabelKernel.LABEL_BYTES;
    }

    /** Bytes of a row of bits as it is sent. */
    static int rowBytes(int size) {
      return LabelKernel.lanes(size) / 8;
    }

    /** Bytes from a row of fresh bits to the next. */
    static long rowStride(int size) {
      long blockBits = LabelKernel.LABEL_BYTES * 8L;
      return (size + blockBits - 1) / blockBits * LabelKernel.LABEL_BYTES;
    }

    /** Ids of hashes of a chunk: of the lookups of all blocks, then of t, then of p. */
    long hashIds(int size) {
      return (long) Chunks.blocks(size) * transfersOfInstance();
    }

    /** The first id of t's hashes, or p's if there are none, after that of the chunk. */
    long productIds(int size) {
      return (long) Chunks.blocks(size) * wires();
    }

    /** The first id of p's hashes after that of the chunk. */
    long signIds(int size) {
      return hashIds(size) - Chunks.blocks(size);
    }

    long tableBytes(int step, int size) {
      return PackKernel.packedBytes(size, window(step).entries());
    }

    /** Bytes of the garbler's message of a step. */
    int messageBytes(int step, int size) {
      if (step == lookups()) {
        return Math.toIntExact(relu.productBytes(size));
      }
      long wrapBytes = step == 0 ? relu.extraBytes(size) : 0;
      return Math.toIntExact(tableBytes(step, size) + wrapBytes);
    }

    /** Bytes of the evaluator's message of a step. */
    int answerBytes(int step, int size) {
      long products = step == lookups() - 1 ? relu.productBytes(size) : 0;
      return Math.toIntExact(rowBytes(size) + products);
    }

    /** Bytes of the longest of all messages. */
    int largestMessage() {
      int bytes = 1;
      for (int step = 0; step <= lookups(); step++) {
        bytes = Math.max(bytes, messageBytes(step, largest()));
      }
      return Math.max(bytes, answerBytes(lookups() - 1, largest()));
    }
  }
}
