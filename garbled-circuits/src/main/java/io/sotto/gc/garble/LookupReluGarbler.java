package io.sotto.gc.garble;

import io.sotto.gc.channel.PeerViolationException;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.internal.ProductKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;

/**
 * The garbler's side of {@link LookupRelu}.
 *
 * <p><b>Security.</b> The evaluator receives tables, of which it can open one entry each, masked by
 * a fresh bit; corrections, each with a hash of a label that it doesn't have; and a request, which
 * hides pi.
 *
 * <p><b>Threading, failure.</b> As {@link Garbler}.
 */
final class LookupReluGarbler {
  private final Garbler garbler;
  private final LookupKernel kernel;
  private final ProductKernel products;
  private final ShareRelu relu;
  private final LookupRelu.Run run;
  private final long half;

  LookupReluGarbler(Garbler garbler, LookupRelu lookup, int instances) {
    this.garbler = garbler;
    this.kernel = garbler.kernel().lookups();
    this.products = garbler.kernel().products();
    this.relu = lookup.relu();
    this.run = lookup.run(instances);
    this.half = relu.tolerance();
  }

  void run(NativeBuffer shares, NativeBuffer results) {
    if (run.count() == 0) {
      return;
    }
    try (Scope scope = new Scope()) {
      Work work = new Work(scope, shares, results);
      for (int turn = 0; turn < run.turns(); turn++) {
        run.turn(turn, work::step);
        garbler.channel().flush();
      }
    }
  }

  /** The memory of a run. */
  private final class Work {
    private final NativeBuffer shares;
    private final NativeBuffer results;
    private final LookupChunk[] chunks;

    /** Of each, pi as choices of the reverse transfers. */
    private final NativeBuffer[] signs;

    private final NativeBuffer labels;
    private final NativeBuffer message;
    private final NativeBuffer row;
    private final NativeBuffer noBits;
    private final NativeBuffer numbers;
    private final NativeBuffer corrections;

    Work(Scope scope, NativeBuffer shares, NativeBuffer results) {
      this.shares = shares;
      this.results = results;
      int largest = run.largest();
      chunks = new LookupChunk[run.alive()];
      signs = new NativeBuffer[chunks.length];
      for (int i = 0; i < chunks.length; i++) {
        chunks[i] = new LookupChunk(run, scope);
        signs[i] = scope.allocate(CorrelatedOts.choiceBytes(largest));
      }
      labels = scope.allocate(CorrelatedOts.labelBytes(run.transfers(largest)));
      message = scope.allocate(run.largestMessage());
      row = scope.allocate(LookupRelu.Run.rowStride(largest));
      noBits = scope.allocate(LookupRelu.Run.rowStride(largest));
      numbers = scope.allocateLongs(largest);
      corrections = scope.allocateLongs(largest);
    }

    void step(int step, int chunk) {
      LookupChunk kept = chunks[chunk % chunks.length];
      int size = run.size(chunk);
      if (step == 0) {
        open(kept, chunk, size);
      } else if (step < run.lookups()) {
        receive(step - 1, size);
        BitRows.sum(kept.fresh(step - 1), message, size, row);
        garbler
            .channel()
            .send(LookupRelu.LOOKUPS, message.bytes().limit(tables(kept, chunk, step, size)));
      } else {
        finish(kept, chunk, size);
      }
    }

    private void open(LookupChunk kept, int chunk, int size) {
      garbler.transfers().extend(run.transfers(size), labels);
      kept.firstId = garbler.once().gateIds(run.hashIds(size));
      LookupKernel.Transfers transfers =
          new LookupKernel.Transfers(
              run.wires(), size, Chunks.MAX_BLOCK, garbler.sessionKey(), kept.firstId, labels);
      for (int lookup = 0; lookup < run.lookups(); lookup++) {
        kernel.pads(transfers, run.window(lookup), garbler.delta(), kept.pads(lookup));
      }
      kept.draw(garbler.freshBits(), run.lookups(), size);
      long productBytes = run.productLabelBytes(size);
      NativeBuffer productLabels = labels.slice(run.productLabelsAt(size), productBytes);
      int bytes = tables(kept, chunk, 0, size);
      if (relu.extraBits() > 0) {
        kernel.signs(relu.bits(), size, run.part(shares, chunk), kept.factors);
        products.own(
            garbler.productRun(relu.extraBits(), size, kept.firstId + run.productIds(size)),
            garbler.delta(),
            productLabels,
            noBits,
            kept.factors,
            corrections,
            numbers);
        long wrapBytes = relu.extraBytes(size);
        PackKernel.pack(corrections, size, relu.extraBits(), message.slice(bytes, wrapBytes));
        bytes += Math.toIntExact(wrapBytes);
      }
      garbler.channel().send(LookupRelu.LOOKUPS, message.bytes().limit(bytes));

      kernel.factors(
          relu.bits(), relu.wideBits(), size, run.part(shares, chunk), numbers, kept.factors);
      kept.productLabels.bytes().put(productLabels.bytes());
      // The sum's top bit is 0 for p = 1; so is the rounded share's plus a half of its range.
      NativeBuffer sign = signs[chunk % signs.length];
      sign.wipe();
      int top = relu.bits() - 1;
      kernel.bits(top, size, half + (1L << top), run.part(shares, chunk), row);
      BitRows.sum(row, kept.fresh(run.lookups() - 1), size, sign);
      garbler.reverseTransfers().extend(size, sign, kept.reverseLabels);
    }

    /** Writes a lookup's tables; the evaluator's addend to the carry is in the row. */
    private int tables(LookupChunk kept, int chunk, int lookup, int size) {
      LookupWindow window = run.window(lookup);
      kernel.tables(
          window,
          size,
          half,
          run.part(shares, chunk),
          row,
          kept.fresh(lookup),
          kept.pads(lookup),
          numbers);
      PackKernel.pack(numbers, size, window.entries(), message);
      return Math.toIntExact(run.tableBytes(lookup, size));
    }

    private void receive(int step, int size) {
      int bytes = run.answerBytes(step, size);
      garbler.channel().receive(LookupRelu.ANSWERS, message.bytes().limit(bytes));
      if (!BitRows.isProper(message, size)) {
        throw new PeerViolationException("bits beyond the last lookup answer are set");
      }
    }

    private void finish(LookupChunk kept, int chunk, int size) {
      receive(run.lookups() - 1, size);
      NativeBuffer sign = signs[chunk % signs.length];
      BitRows.sum(sign, message, size, row);
      long rowBytes = LookupRelu.Run.rowBytes(size);
      long productBytes = relu.productBytes(size);
      NativeBuffer answers = message.slice(rowBytes, productBytes);
      if (!PackKernel.unpack(answers, size, relu.wideBits(), 1L << relu.wideBits(), numbers)) {
        throw new PeerViolationException("bits beyond the last product correction are set");
      }
      NativeBuffer target = run.part(results, chunk);
      products.own(
          garbler.productRun(relu.wideBits(), size, kept.firstId + run.signIds(size)),
          garbler.delta(),
          kept.productLabels.slice(run.signLabelsAt(size)),
          row,
          kept.factors,
          corrections,
          target);
      PackKernel.pack(corrections, size, relu.wideBits(), message);
      garbler
          .channel()
          .send(LookupRelu.LOOKUPS, message.bytes().limit(Math.toIntExact(productBytes)));
      products.take(
          garbler.productRun(relu.wideBits(), size, garbler.once().reverseIds(Chunks.blocks(size))),
          kept.reverseLabels,
          sign,
          numbers,
          target);
    }
  }
}
