package io.sotto.gc.garble;

import io.sotto.gc.channel.PeerViolationException;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.internal.GateProgram;
import io.sotto.gc.internal.ReluKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;

/**
 * The garbler's side of {@link ShareRelu}: for each chunk it receives the request, sends tables and
 * corrections, asks for its transfers, and some chunks later receives their corrections.
 *
 * <p><b>Security.</b> The evaluator receives tables, which hide all labels but the active ones;
 * corrections, each with a hash of a label that it doesn't have; and a request, which hides pi.
 *
 * <p><b>Threading, failure.</b> As {@link Garbler}.
 */
final class ReluGarbler {
  private final Garbler garbler;
  private final ReluKernel kernel;
  private final ShareRelu relu;
  private final Circuit circuit;
  private final Chunks chunks;
  private final int window;

  ReluGarbler(Garbler garbler, ShareRelu relu, int instances) {
    this.garbler = garbler;
    this.kernel = garbler.kernel().relus();
    this.relu = relu;
    this.circuit = relu.circuit();
    this.chunks = new Chunks(circuit, instances, garbler.trees());
    this.window = Math.min(relu.window(chunks), Math.max(1, chunks.count()));
  }

  void run(NativeBuffer shares, NativeBuffer results) {
    if (chunks.count() == 0) {
      return;
    }
    try (Scope scope = new Scope()) {
      Work work = new Work(scope, shares, results);
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
    private final NativeBuffer results;
    private final ReluKernel.Shape shape;
    private final NativeBuffer transferLabels;
    private final NativeBuffer message;
    private final NativeBuffer[] choices;
    private final NativeBuffer[] reverseLabels;
    private final ReluKernel.Corrections corrections;
    private final NativeBuffer answers;
    private final NativeBuffer received;

    Work(Scope scope, NativeBuffer shares, NativeBuffer results) {
      this.shares = shares;
      this.results = results;
      int largest = chunks.largest();
      shape = relu.shape(GateProgram.of(circuit, scope));
      transferLabels = scope.allocate(Chunks.transferLabelBytes(circuit, largest));
      message = scope.allocate(relu.messageBytes(circuit, largest));
      choices = new NativeBuffer[window];
      reverseLabels = new NativeBuffer[window];
      for (int i = 0; i < window; i++) {
        choices[i] = scope.allocate(CorrelatedOts.choiceBytes(largest));
        reverseLabels[i] = scope.allocate(CorrelatedOts.labelBytes(largest));
      }
      corrections = ShareRelu.corrections(scope, largest);
      answers = scope.allocateLongs(largest);
      received = scope.allocate(relu.productBytes(largest));
    }

    void start(int chunk) {
      int size = chunks.size(chunk);
      garbler.transfers().extend(Chunks.transfers(circuit, size), transferLabels);
      NativeBuffer chosen = choices[chunk % window];
      chosen.wipe();
      long tableBytes = Chunks.tableBytes(circuit, size);
      kernel.garble(
          shape,
          size,
          garbler.keys(),
          garbler.delta(),
          garbler.once().labels(relu.publicLabels(size)),
          garbler.once().gateIds(relu.hashIds(circuit, size)),
          chunks.part(shares, chunk),
          transferLabels,
          message.slice(0, tableBytes),
          chosen,
          chunks.part(results, chunk),
          corrections);
      long at = tableBytes;
      at = pack(corrections.product(), size, relu.wideBits(), at);
      at = pack(corrections.sign(), size, relu.extraBits(), at);
      at = pack(corrections.carry(), size, relu.extraBits(), at);
      garbler.channel().send(Chunks.GARBLED_CHUNK, message.bytes().limit(Math.toIntExact(at)));
      garbler.reverseTransfers().extend(size, chosen, reverseLabels[chunk % window]);
      garbler.channel().flush();
    }

    private long pack(NativeBuffer numbers, int size, int bits, long at) {
      if (bits == 0) {
        return at;
      }
      long bytes = PackKernel.packedBytes(size, bits);
      PackKernel.pack(numbers, size, bits, message.slice(at, bytes));
      return at + bytes;
    }

    /** The products whose factors the evaluator knows. */
    void finish(int chunk) {
      int size = chunks.size(chunk);
      long bytes = relu.productBytes(size);
      garbler.channel().receive(ShareRelu.PRODUCTS, received.bytes().limit(Math.toIntExact(bytes)));
      if (!PackKernel.unpack(received, size, relu.wideBits(), 1L << relu.wideBits(), answers)) {
        throw new PeerViolationException("bits beyond the last product correction are set");
      }
      garbler
          .kernel()
          .products()
          .take(
              garbler.productRun(
                  relu.wideBits(), size, garbler.once().reverseIds(Chunks.blocks(size))),
              reverseLabels[chunk % window],
              choices[chunk % window],
              answers,
              chunks.part(results, chunk));
    }
  }
}
