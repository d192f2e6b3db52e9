package io.sotto.gc.garble;

import io.sotto.gc.channel.PeerViolationException;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.internal.ProductKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * The evaluator's side of {@link LookupRelu}.
 *
 * <p><b>Security.</b> The garbler receives requests, which hide b and this side's fresh bits; its
 * bits of carries, each masked by a fresh bit; and corrections, each with a hash of a label that it
 * doesn't have.
 *
 * <p><b>Threading.</b> As {@link Evaluator}. No deadlock, as this side never waits in send: the
 * garbler receives in the order in which this side sends, in turn k the answers of this side's turn
 * k - lag and then the request that followed them. This side sends at the end of turn k, when the
 * garbler has received all of its turn k. So what this side has sent and the garbler has not
 * received is at most that of lag turns, each of a request (512 KiB at most, for 2^16 transfers)
 * and of the answers of a chunk (a bit for each lookup and a number of 62 bits at most, 252 KiB for
 * the 2^15 instances of a chunk with a single lookup): with a lag of 3 that is less than {@link
 * io.sotto.gc.channel.Channel#BUFFERED_BYTES}, which a channel takes without blocking.
 *
 * <p><b>Failure.</b> As {@link Evaluator}.
 */
final class LookupReluEvaluator {
  private final Evaluator evaluator;
  private final LookupKernel kernel;
  private final ProductKernel products;
  private final ShareRelu relu;
  private final LookupRelu.Run run;

  LookupReluEvaluator(Evaluator evaluator, LookupRelu lookup, int instances) {
    this.evaluator = evaluator;
    this.kernel = evaluator.kernel().lookups();
    this.products = evaluator.kernel().products();
    this.relu = lookup.relu();
    this.run = lookup.run(instances);
  }

  void run(NativeBuffer shares, NativeBuffer results) {
    if (run.count() == 0) {
      return;
    }
    try (Scope scope = new Scope();
        BitMatrix inputs =
            BitMatrix.fromShares(shares, run.instances(), relu.dropped(), relu.compared())) {
      Work work = new Work(scope, shares, results, inputs);
      for (int chunk = 0; chunk < run.lag(); chunk++) {
        work.request(chunk);
      }
      evaluator.channel().flush();
      for (int turn = 0; turn < run.turns(); turn++) {
        run.turn(turn, work::step);
        work.answer(turn);
        if (turn + run.lag() < run.count()) {
          work.request(turn + run.lag());
        }
        evaluator.channel().flush();
      }
    }
  }

  /** The memory of a run. */
  private final class Work {
    private final NativeBuffer shares;
    private final NativeBuffer results;
    private final BitMatrix inputs;
    private final LookupChunk[] chunks;
    private final NativeBuffer choices;
    private final NativeBuffer labels;
    private final NativeBuffer message;
    private final NativeBuffer[] answers;
    private final NativeBuffer row;
    private final NativeBuffer top;
    private final NativeBuffer numbers;
    private final NativeBuffer corrections;

    Work(Scope scope, NativeBuffer shares, NativeBuffer results, BitMatrix inputs) {
      this.shares = shares;
      this.results = results;
      this.inputs = inputs;
      int largest = run.largest();
      chunks = new LookupChunk[run.alive()];
      for (int i = 0; i < chunks.length; i++) {
        chunks[i] = new LookupChunk(run, scope);
      }
      choices = scope.allocate(CorrelatedOts.choiceBytes(run.transfers(largest)));
      labels = scope.allocate(CorrelatedOts.labelBytes(run.transfers(largest)));
      message = scope.allocate(run.largestMessage());
      answers = new NativeBuffer[run.lookups()];
      for (int step = 0; step < answers.length; step++) {
        answers[step] = scope.allocate(run.answerBytes(step, largest));
      }
      row = scope.allocate(LookupRelu.Run.rowStride(largest));
      top = scope.allocate(LookupRelu.Run.rowStride(largest));
      numbers = scope.allocateLongs(largest);
      corrections = scope.allocateLongs(largest);
    }

    void request(int chunk) {
      LookupChunk kept = chunks[chunk % chunks.length];
      int size = run.size(chunk);
      kept.draw(evaluator.freshBits(), run.lookups(), size);
      writeChoices(kept, run.first(chunk), size);
      evaluator.transfers().extend(run.transfers(size), choices, labels);
      kept.firstId = evaluator.once().gateIds(run.hashIds(size));
      LookupKernel.Transfers transfers =
          new LookupKernel.Transfers(
              run.wires(), size, Chunks.MAX_BLOCK, evaluator.sessionKey(), kept.firstId, labels);
      for (int lookup = 0; lookup < run.lookups(); lookup++) {
        kernel.chosenPads(transfers, run.window(lookup), kept.pads(lookup));
      }
      NativeBuffer productLabels =
          labels.slice(run.productLabelsAt(size), run.productLabelBytes(size));
      kept.productLabels.bytes().put(productLabels.bytes());
    }

    /** Block by block the choices of the lookups, then t of all, if it is needed, and rho for p. */
    private void writeChoices(LookupChunk kept, int first, int size) {
      ByteBuffer target = choices.bytes();
      ByteBuffer bits = inputs.bytes();
      for (int start = 0; start < size; start += Chunks.MAX_BLOCK) {
        int bytes = LabelKernel.lanes(Chunks.blockSize(size, start)) / 8;
        int column = (first + start) / 8;
        for (int lookup = 0; lookup < run.lookups(); lookup++) {
          LookupWindow window = run.window(lookup);
          for (int bit = 0; bit < window.bits(); bit++) {
            int wire = window.firstBit() - relu.dropped() + bit;
            target.put(bits.slice(wire * inputs.rowBytes() + column, bytes));
          }
          if (window.carries()) {
            target.put(kept.fresh(lookup - 1).bytes().slice(start / 8, bytes));
          }
        }
      }
      int rowBytes = LookupRelu.Run.rowBytes(size);
      if (relu.extraBits() > 0) {
        target.put(bits.slice((relu.compared() - 1) * inputs.rowBytes() + first / 8, rowBytes));
      }
      target.put(kept.fresh(run.lookups() - 1).bytes().slice(0, rowBytes));
      int end = CorrelatedOts.choiceBytes(run.transfers(size));
      while (target.position() < end) {
        target.put((byte) 0);
      }
    }

    void step(int step, int chunk) {
      LookupChunk kept = chunks[chunk % chunks.length];
      int size = run.size(chunk);
      int bytes = run.messageBytes(step, size);
      evaluator.channel().receive(LookupRelu.LOOKUPS, message.bytes().limit(bytes));
      if (step == run.lookups()) {
        unpack(0, size, relu.wideBits());
        products.take(
            evaluator.productRun(relu.wideBits(), size, kept.firstId + run.signIds(size)),
            kept.productLabels.slice(run.signLabelsAt(size)),
            kept.fresh(step - 1),
            numbers,
            run.part(results, chunk));
        return;
      }
      if (step == 0) {
        takeWraps(kept, chunk, size);
        evaluator.reverseTransfers().extend(size, kept.reverseLabels);
      }
      look(kept, chunk, step, size);
    }

    /** This side's share of s t, and with it the number that p is multiplied with. */
    private void takeWraps(LookupChunk kept, int chunk, int size) {
      NativeBuffer part = run.part(shares, chunk);
      corrections.wipe();
      if (relu.extraBits() > 0) {
        unpack(run.tableBytes(0, size), size, relu.extraBits());
        kernel.bits(relu.bits() - 1, size, 0, part, top);
        products.take(
            evaluator.productRun(relu.extraBits(), size, kept.firstId + run.productIds(size)),
            kept.productLabels,
            top,
            numbers,
            corrections);
      }
      kernel.factors(relu.bits(), relu.wideBits(), size, part, corrections, kept.factors);
    }

    private void look(LookupChunk kept, int chunk, int lookup, int size) {
      LookupWindow window = run.window(lookup);
      NativeBuffer part = run.part(shares, chunk);
      unpack(0, size, window.entries());
      kernel.entries(
          window, size, part, kept.fresh(Math.max(0, lookup - 1)), kept.pads(lookup), numbers, row);
      if (lookup == run.lookups() - 1) {
        kernel.bits(relu.bits() - 1, size, 0, part, top);
        BitRows.sum(row, top, size, row);
        products.own(
            evaluator.productRun(
                relu.wideBits(), size, evaluator.once().reverseIds(Chunks.blocks(size))),
            evaluator.reverseDelta(),
            kept.reverseLabels,
            row,
            kept.factors,
            corrections,
            run.part(results, chunk));
        PackKernel.pack(
            corrections,
            size,
            relu.wideBits(),
            answers[lookup].slice(LookupRelu.Run.rowBytes(size), relu.productBytes(size)));
      }
      BitRows.sum(row, kept.fresh(lookup), size, answers[lookup]);
    }

    /** Sends a turn's answers when all has been received, so that a turn is one round. */
    void answer(int turn) {
      run.turn(
          turn,
          (step, chunk) -> {
            if (step < run.lookups()) {
              int bytes = run.answerBytes(step, run.size(chunk));
              evaluator.channel().send(LookupRelu.ANSWERS, answers[step].bytes().limit(bytes));
            }
          });
    }

    private void unpack(long at, int size, int bits) {
      NativeBuffer packed = message.slice(at, PackKernel.packedBytes(size, bits));
      if (!PackKernel.unpack(packed, size, bits, 1L << bits, numbers)) {
        throw new PeerViolationException("bits beyond the last lookup of a chunk are set");
      }
    }
  }
}
