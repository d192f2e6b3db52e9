package io.sotto.gc.garble;

import io.sotto.gc.channel.PeerViolationException;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.internal.GateProgram;
import io.sotto.gc.internal.ReluKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;

/**
 * The evaluator's side of {@link ShareRelu}: for each chunk it sends a request, receives tables,
 * corrections and the garbler's request, and sends corrections.
 *
 * <p><b>Security.</b> The garbler receives requests, which hide b, and corrections, each with a
 * hash of a label that it doesn't have.
 *
 * <p><b>Threading.</b> As {@link Evaluator}. No deadlock, as there: while the garbler waits in send
 * for a chunk that this side has not received, it has received the request for it and all before
 * that; of this side's messages at most the requests and corrections of window - 1 chunks are then
 * under way, which {@link io.sotto.gc.channel.Channel#BUFFERED_BYTES} takes. The garbler receives
 * in the order in which this side sends: the corrections of chunk i before the request for chunk i
 * + window.
 *
 * <p><b>Failure.</b> As {@link Evaluator}.
 */
final class ReluEvaluator {
  private final Evaluator evaluator;
  private final ReluKernel kernel;
  private final ShareRelu relu;
  private final Circuit circuit;
  private final Chunks chunks;
  private final int window;

  ReluEvaluator(Evaluator evaluator, ShareRelu relu, int instances) {
    this.evaluator = evaluator;
    this.kernel = evaluator.kernel().relus();
    this.relu = relu;
    this.circuit = relu.circuit();
    this.chunks = new Chunks(circuit, instances, evaluator.trees());
    this.window = Math.min(relu.window(chunks), Math.max(1, chunks.count()));
  }

  void run(NativeBuffer shares, NativeBuffer results) {
    if (chunks.count() == 0) {
      return;
    }
    int last = chunks.count() - 1;
    try (Scope scope = new Scope();
        BitMatrix inputs =
            BitMatrix.fromShares(
                shares, chunks.first(last) + chunks.size(last), relu.dropped(), relu.compared())) {
      Work work = new Work(scope, shares, results, inputs);
      for (int chunk = 0; chunk < window; chunk++) {
        work.request(chunk);
      }
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        work.evaluate(chunk);
        if (chunk + window < chunks.count()) {
          work.request(chunk + window);
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
    private final ReluKernel.Shape shape;
    private final NativeBuffer[] transferLabels;
    private final NativeBuffer choices;
    private final NativeBuffer message;
    private final NativeBuffer reverseLabels;
    private final ReluKernel.Corrections corrections;
    private final NativeBuffer answers;
    private final NativeBuffer packed;

    Work(Scope scope, NativeBuffer shares, NativeBuffer results, BitMatrix inputs) {
      this.shares = shares;
      this.results = results;
      this.inputs = inputs;
      int largest = chunks.largest();
      shape = relu.shape(GateProgram.of(circuit, scope));
      transferLabels = new NativeBuffer[window];
      for (int i = 0; i < window; i++) {
        transferLabels[i] = scope.allocate(Chunks.transferLabelBytes(circuit, largest));
      }
      choices = scope.allocate(CorrelatedOts.choiceBytes(Chunks.transfers(circuit, largest)));
      message = scope.allocate(relu.messageBytes(circuit, largest));
      reverseLabels = scope.allocate(CorrelatedOts.labelBytes(largest));
      corrections = ShareRelu.corrections(scope, largest);
      answers = scope.allocateLongs(largest);
      packed = scope.allocate(relu.productBytes(largest));
    }

    void request(int chunk) {
      evaluator.request(circuit, chunks, chunk, inputs, choices, transferLabels[chunk % window]);
    }

    void evaluate(int chunk) {
      int size = chunks.size(chunk);
      long bytes = relu.messageBytes(circuit, size);
      evaluator
          .channel()
          .receive(Chunks.GARBLED_CHUNK, message.bytes().limit(Math.toIntExact(bytes)));
      evaluator.reverseTransfers().extend(size, reverseLabels);
      long tableBytes = Chunks.tableBytes(circuit, size);
      long at = tableBytes;
      at = unpack(corrections.product(), size, relu.wideBits(), at);
      at = unpack(corrections.sign(), size, relu.extraBits(), at);
      unpack(corrections.carry(), size, relu.extraBits(), at);
      kernel.evaluate(
          shape,
          size,
          evaluator.keys(),
          evaluator.reverseDelta(),
          evaluator.once().labels(relu.publicLabels(size)),
          evaluator.once().gateIds(relu.hashIds(circuit, size)),
          evaluator.once().reverseIds(Chunks.blocks(size)),
          chunks.part(shares, chunk),
          transferLabels[chunk % window],
          reverseLabels,
          message.slice(0, tableBytes),
          corrections,
          chunks.part(results, chunk),
          answers);
      long packedBytes = relu.productBytes(size);
      PackKernel.pack(answers, size, relu.wideBits(), packed);
      evaluator
          .channel()
          .send(ShareRelu.PRODUCTS, packed.bytes().limit(Math.toIntExact(packedBytes)));
    }

    private long unpack(NativeBuffer numbers, int size, int bits, long at) {
      if (bits == 0) {
        return at;
      }
      long bytes = PackKernel.packedBytes(size, bits);
      if (!PackKernel.unpack(message.slice(at, bytes), size, bits, 1L << bits, numbers)) {
        throw new PeerViolationException("bits beyond the last correction of a chunk are set");
      }
      return at + bytes;
    }
  }
}
