package io.sotto.gc.garble;

import io.sotto.channel.PeerViolationException;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.function.CarryFactors;
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
 * The garbler's side of {@link CircuitForm}: for each chunk it receives the request, sends tables
 * and corrections, asks for its transfers, and some chunks later receives their corrections.
 *
 * <p><b>Security.</b> The evaluator receives tables, which hide all labels but the active ones;
 * corrections, each with a hash of a label that it doesn't have; and a request, which hides the
 * colours of zero labels.
 *
 * <p><b>Threading, failure.</b> As {@link Garbler}.
 */
public final class CircuitGarbler {
  private final GarblerCorrelations own;
  private final LookupKernel kernel;
  private final ProductKernel products;
  private final CircuitForm form;
  private final ShareFunction function;
  private final Circuit circuit;
  private final CircuitChunks chunks;
  private final int window;

  private CircuitGarbler(GarblerCorrelations own, CircuitForm form, int instances) {
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
   * @param shares this side's a for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public static void compute(
      GarblerCorrelations own,
      CircuitForm form,
      int instances,
      NativeBuffer shares,
      NativeBuffer results) {
    ChunkedInstances.check(instances, shares, results);
    own.run(() -> new CircuitGarbler(own, form, instances).run(shares, results));
  }

  private void run(NativeBuffer shares, NativeBuffer results) {
    if (chunks.count() == 0) {
      return;
    }
    try (Scope scope = new Scope()) {
      BitMatrix inputs =
          scope.own(BitMatrix.fromShares(shares, chunks.instances(), circuit.garblerInputs()));
      Work work = new Work(scope, shares, inputs, results);
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        if (chunk >= window) {
          work.finish(chunk - window);
        }
        work.start(chunk);
      }
      for (int chunk = Math.max(0, chunks.count() - window); chunk < chunks.count(); chunk++) {
        work.finish(chunk);
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
    private final NativeBuffer transferLabels;
    private final NativeBuffer message;
    private final NativeBuffer[] choices;
    private final NativeBuffer[] reverseLabels;
    private final NativeBuffer received;
    private final NativeBuffer noBits;
    private final NativeBuffer one;
    private final NativeBuffer lastFactor;
    private final NativeBuffer factors;
    private final NativeBuffer corrections;

    Work(Scope scope, NativeBuffer shares, BitMatrix inputs, NativeBuffer results) {
      this.shares = shares;
      this.inputs = inputs;
      this.results = results;
      int largest = chunks.largest();
      blocks = new GarbledBlocks(own, circuit, chunks.largestBlockLanes(), scope);
      outputs = new ChunkOutputs(circuit.outputs(), largest, scope);
      transferLabels = scope.allocate(CircuitChunks.transferLabelBytes(circuit, largest));
      message = scope.allocate(form.messageBytes(circuit, largest));
      choices = new NativeBuffer[window];
      reverseLabels = new NativeBuffer[window];
      for (int i = 0; i < window; i++) {
        choices[i] = scope.allocate(CorrelatedOts.choiceBytes(largest));
        reverseLabels[i] = scope.allocate(CorrelatedOts.labelBytes(largest));
      }
      received = scope.allocate(form.productBytes(largest));
      noBits = scope.allocate(CorrelatedOts.choiceBytes(largest));
      one = CarryFactors.one(largest, scope);
      lastFactor = CarryFactors.last(function, largest, scope);
      factors = scope.allocateLongs(largest);
      corrections = scope.allocateLongs(largest);
    }

    void start(int chunk) {
      int size = chunks.size(chunk);
      own.sender().extend(CircuitChunks.transfers(circuit, size), transferLabels);
      garble(chunk, size);
      long at = CircuitChunks.tableBytes(circuit, size);
      if (function.carriesWithin()) {
        at = product(0, function.wideBits(), size, one, outputs.carryShares, at);
      }
      if (form.multipliesSigns()) {
        at = signs(chunk, size, at);
      }
      at = function.isRelu() ? part(chunk, size, at) : lastCarry(chunk, size, at);
      own.channel().send(CircuitChunks.GARBLED_CHUNK, message.bytes().limit(Math.toIntExact(at)));
      if (function.isRelu()) {
        NativeBuffer chosen = choices[chunk % window];
        chosen.bytes().put(outputs.colours(form.lastOutput()).bytes());
        own.receiver().extend(size, chosen, reverseLabels[chunk % window]);
      }
      own.channel().flush();
    }

    private void garble(int chunk, int size) {
      outputs.begin();
      ByteBuffer transfers = transferLabels.bytes();
      int transferAt = 0;
      long tableAt = 0;
      for (int start = 0; start < size; start += HashBlocks.LARGEST) {
        int n = HashBlocks.size(size, start);
        int wireBytes = LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
        long tableBytes = CircuitChunks.tableBytes(circuit, n);
        blocks.garble(
            n,
            inputs,
            chunks.first(chunk) + start,
            transfers,
            transferAt,
            message.slice(tableAt, tableBytes));
        outputs.keep(blocks, start, n);
        for (int output = 0; output < circuit.outputs(); output++) {
          // From the zero labels to the ones of colour 0, for which the bit is the colour.
          own.kernel()
              .addOffset(
                  outputs.block(output, start, n),
                  1,
                  LabelKernel.lanes(n),
                  outputs.colours(output).slice(start / 8),
                  LabelKernel.lanes(n) / 8,
                  own.offset());
        }
        int signAt = transferAt + (circuit.evaluatorInputs() - 1) * wireBytes;
        outputs.keepSign(transfers, signAt, start, n);
        transferAt += circuit.evaluatorInputs() * wireBytes;
        tableAt += tableBytes;
      }
    }

    /** The product of an output with the factors. */
    private long product(
        int output, int width, int size, NativeBuffer factors, NativeBuffer target, long at) {
      products.own(
          own.products(width, size, own.nonces().gateIds(HashBlocks.count(size))),
          own.offset(),
          outputs.labels(output),
          outputs.colours(output),
          factors,
          corrections,
          target);
      return pack(width, size, at);
    }

    private long signs(int chunk, int size, long at) {
      kernel.signs(function.shareBits(), size, chunks.part(shares, chunk), factors);
      products.own(
          own.products(function.extraBits(), size, own.nonces().gateIds(HashBlocks.count(size))),
          own.offset(),
          outputs.signLabels,
          noBits,
          factors,
          corrections,
          outputs.wraps);
      return pack(function.extraBits(), size, at);
    }

    private long part(int chunk, int size, long at) {
      parts(chunk, size, factors);
      NativeBuffer target = chunks.part(results, chunk);
      return product(form.lastOutput(), function.wideBits(), size, factors, target, at);
    }

    private long lastCarry(int chunk, int size, long at) {
      NativeBuffer target = function.isExtended() ? outputs.wraps : outputs.carryShares;
      long end = product(form.lastOutput(), form.lastBits(), size, lastFactor, target, at);
      parts(chunk, size, chunks.part(results, chunk));
      return end;
    }

    private void parts(int chunk, int size, NativeBuffer target) {
      kernel.parts(
          new LookupKernel.Part(function.dropped(), function.bits(), function.wideBits(), true),
          size,
          chunks.part(shares, chunk),
          outputs.carryShares,
          outputs.wraps,
          target);
    }

    private long pack(int width, int size, long at) {
      long bytes = PackKernel.packedBytes(size, width);
      PackKernel.pack(corrections, size, width, message.slice(at, bytes));
      return at + bytes;
    }

    /** The product whose factors the evaluator knows. */
    void finish(int chunk) {
      if (!function.isRelu()) {
        return;
      }
      int size = chunks.size(chunk);
      int width = function.wideBits();
      int bytes = Math.toIntExact(form.productBytes(size));
      own.channel().receive(CircuitForm.PRODUCTS, received.bytes().limit(bytes));
      if (!PackKernel.unpack(received, size, width, 1L << width, corrections)) {
        throw new PeerViolationException("bits beyond the last product correction are set");
      }
      products.take(
          own.products(width, size, own.nonces().reverseIds(HashBlocks.count(size))),
          reverseLabels[chunk % window],
          choices[chunk % window],
          corrections,
          chunks.part(results, chunk));
    }
  }
}
