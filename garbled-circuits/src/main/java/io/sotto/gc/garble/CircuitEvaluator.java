package io.sotto.gc.garble;

import io.sotto.channel.PeerViolationException;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.ChoiceBits;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.gc.internal.ProductKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * The evaluator's side of {@link CircuitForm}: for each chunk it sends a request, receives tables,
 * corrections and the garbler's request, and sends corrections.
 *
 * <p><b>Security.</b> The garbler receives requests, which hide b, and corrections, each with a
 * hash of a label that it doesn't have.
 *
 * <p><b>Threading.</b> As {@link Evaluator}. No deadlock, as there: while the garbler waits in send
 * for a chunk that this side has not received, it has received the request for it and all before
 * that; of this side's messages at most the requests and corrections of window - 1 chunks are then
 * under way, which {@link io.sotto.channel.Channel#BUFFERED_BYTES} takes. The garbler receives in
 * the order in which this side sends: the corrections of chunk i before the request for chunk i +
 * window.
 *
 * <p><b>Failure.</b> As {@link Evaluator}.
 */
public final class CircuitEvaluator {
  private final EvaluatorCorrelations own;
  private final LookupKernel kernel;
  private final ProductKernel products;
  private final CircuitForm form;
  private final ShareFunction function;
  private final Circuit circuit;
  private final CircuitChunks chunks;
  private final int window;

  private CircuitEvaluator(EvaluatorCorrelations own, CircuitForm form, int instances) {
    this.own = own;
    this.kernel = own.kernel().lookups();
    this.products = own.kernel().products();
    this.form = form;
    this.function = form.function();
    this.circuit = form.circuit();
    this.chunks = new CircuitChunks(circuit, instances, own.trees());
    this.window = form.window(chunks);
  }

  /**
   * Computes a function of a + b as shares.
   *
   * @param shares this side's b for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public static void compute(
      EvaluatorCorrelations own,
      CircuitForm form,
      int instances,
      NativeBuffer shares,
      NativeBuffer results) {
    ChunkedInstances.check(instances, shares, results);
    own.run(() -> new CircuitEvaluator(own, form, instances).run(shares, results));
  }

  private void run(NativeBuffer shares, NativeBuffer results) {
    if (chunks.count() == 0) {
      return;
    }
    try (Scope scope = new Scope()) {
      BitMatrix inputs =
          scope.own(BitMatrix.fromShares(shares, chunks.instances(), circuit.evaluatorInputs()));
      Work work = new Work(scope, shares, inputs, results);
      for (int chunk = 0; chunk < window; chunk++) {
        work.request(chunk);
      }
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        work.evaluate(chunk);
        if (chunk + window < chunks.count()) {
          work.request(chunk + window);
        }
        own.channel().flush();
      }
    }
  }

  /** The memory of a run. */
  private final class Work {
    private final NativeBuffer shares;
    private final BitMatrix inputs;
    private final NativeBuffer results;
    private final GarbledBlocks blocks;
    private final ChunkOutputs outputs;
    private final NativeBuffer[] transferLabels;
    private final NativeBuffer choices;
    private final NativeBuffer message;
    private final NativeBuffer reverseLabels;
    private final NativeBuffer top;
    private final NativeBuffer numbers;
    private final NativeBuffer product;
    private final NativeBuffer packed;

    Work(Scope scope, NativeBuffer shares, BitMatrix inputs, NativeBuffer results) {
      this.shares = shares;
      this.inputs = inputs;
      this.results = results;
      int largest = chunks.largest();
      blocks = new GarbledBlocks(own, circuit, chunks.largestBlockLanes(), scope);
      outputs = new ChunkOutputs(circuit.outputs(), largest, scope);
      transferLabels = new NativeBuffer[window];
      for (int i = 0; i < window; i++) {
        transferLabels[i] = scope.allocate(CircuitChunks.transferLabelBytes(circuit, largest));
      }
      choices =
          scope.allocate(CorrelatedOts.choiceBytes(CircuitChunks.transfers(circuit, largest)));
      message = scope.allocate(form.messageBytes(circuit, largest));
      reverseLabels = scope.allocate(CorrelatedOts.labelBytes(largest));
      top = scope.allocate(CorrelatedOts.choiceBytes(largest));
      numbers = scope.allocateLongs(largest);
      product = scope.allocateLongs(largest);
      packed = scope.allocate(form.productBytes(largest));
    }

    void request(int chunk) {
      int size = chunks.size(chunk);
      ChoiceBits.write(inputs, chunks.first(chunk), size, choices);
      own.receiver()
          .extend(CircuitChunks.transfers(circuit, size), choices, transferLabels[chunk % window]);
      own.channel().flush();
    }

    void evaluate(int chunk) {
      int size = chunks.size(chunk);
      int bytes = Math.toIntExact(form.messageBytes(circuit, size));
      own.channel().receive(CircuitChunks.GARBLED_CHUNK, message.bytes().limit(bytes));
      if (function.isRelu()) {
        own.sender().extend(size, reverseLabels);
      }
      open(chunk, size);
      long at = CircuitChunks.tableBytes(circuit, size);
      if (function.carriesWithin()) {
        at = product(0, function.wideBits(), size, outputs.carryShares, at);
      }
      if (form.multipliesSigns()) {
        at = signs(chunk, size, at);
      }
      if (function.isRelu()) {
        part(chunk, size, at);
      } else {
        NativeBuffer target = function.isExtended() ? outputs.wraps : outputs.carryShares;
        product(form.lastOutput(), form.lastBits(), size, target, at);
        parts(chunk, size, chunks.part(results, chunk));
      }
    }

    private void open(int chunk, int size) {
      outputs.begin();
      ByteBuffer transfers = transferLabels[chunk % window].bytes();
      int transferAt = 0;
      long tableAt = 0;
      for (int start = 0; start < size; start += HashBlocks.LARGEST) {
        int n = HashBlocks.size(size, start);
        int wireBytes = LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
        long tableBytes = CircuitChunks.tableBytes(circuit, n);
        blocks.evaluate(n, transfers, transferAt, message.slice(tableAt, tableBytes));
        outputs.keep(blocks, start, n);
        int signAt = transferAt + (circuit.evaluatorInputs() - 1) * wireBytes;
        outputs.keepSign(transfers, signAt, start, n);
        transferAt += circuit.evaluatorInputs() * wireBytes;
        tableAt += tableBytes;
      }
    }

    /** The product of an output with factors of the garbler's, added to the target. */
    private long product(int output, int width, int size, NativeBuffer target, long at) {
      long end = unpack(width, size, at);
      products.take(
          own.products(width, size, own.nonces().gateIds(HashBlocks.count(size))),
          outputs.labels(output),
          outputs.colours(output),
          numbers,
          target);
      return end;
    }

    private long signs(int chunk, int size, long at) {
      long end = unpack(function.extraBits(), size, at);
      kernel.bits(function.shareBits() - 1, size, 0, chunks.part(shares, chunk), top);
      products.take(
          own.products(function.extraBits(), size, own.nonces().gateIds(HashBlocks.count(size))),
          outputs.signLabels,
          top,
          numbers,
          outputs.wraps);
      return end;
    }

    private void part(int chunk, int size, long at) {
      int width = function.wideBits();
      NativeBuffer result = chunks.part(results, chunk);
      result.wipe();
      product(form.lastOutput(), width, size, result, at);
      parts(chunk, size, numbers);
      NativeBuffer corrections = outputs.wraps;
      products.own(
          own.products(width, size, own.nonces().reverseIds(HashBlocks.count(size))),
          own.offset(),
          reverseLabels,
          outputs.colours(form.lastOutput()),
          numbers,
          corrections,
          product);
      LookupKernel.Part all = new LookupKernel.Part(0, width, width, false);
      kernel.parts(all, size, product, result, result, result);
      long bytes = form.productBytes(size);
      PackKernel.pack(corrections, size, width, packed);
      own.channel().send(CircuitForm.PRODUCTS, packed.bytes().limit(Math.toIntExact(bytes)));
    }

    private void parts(int chunk, int size, NativeBuffer target) {
      kernel.parts(
          new LookupKernel.Part(
              function.dropped(), function.bits(), function.wideBits(), function.isRelu()),
          size,
          chunks.part(shares, chunk),
          outputs.carryShares,
          outputs.wraps,
          target);
    }

    private long unpack(int bits, int size, long at) {
      long bytes = PackKernel.packedBytes(size, bits);
      if (!PackKernel.unpack(message.slice(at, bytes), size, bits, 1L << bits, numbers)) {
        throw new PeerViolationException("bits beyond the last correction of a chunk are set");
      }
      return at + bytes;
    }
  }
}
