package io.sotto.gc.garble;

import io.sotto.gc.channel.PeerViolationException;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.internal.GateProgram;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

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
  private final LabelKernel kernel;
  private final ShareRelu relu;
  private final Circuit circuit;
  private final Chunks chunks;
  private final int window;

  ReluEvaluator(Evaluator evaluator, ShareRelu relu, int instances) {
    this.evaluator = evaluator;
    this.kernel = evaluator.kernel();
    this.relu = relu;
    this.circuit = relu.circuit();
    this.chunks = new Chunks(circuit, instances);
    this.window = Math.min(relu.window(circuit, chunks), Math.max(1, chunks.count()));
  }

  void run(NativeBuffer shares, NativeBuffer results) {
    if (chunks.count() == 0) {
      return;
    }
    int last = chunks.count() - 1;
    try (Scope scope = new Scope();
        BitMatrix inputs =
            BitMatrix.fromShares(
                shares, chunks.firstInstance(last) + chunks.size(last), relu.bits())) {
      Work work = new Work(scope, shares.longs(), results.longs(), inputs);
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
    private final LongBuffer shares;
    private final LongBuffer results;
    private final BitMatrix inputs;
    private final GateProgram program;
    private final NativeBuffer nothing;
    private final NativeBuffer slots;
    private final ByteBuffer slotBytes;
    private final NativeBuffer[] transferLabels;
    private final NativeBuffer choices;
    private final NativeBuffer message;
    private final NativeBuffer reverseLabels;
    private final NativeBuffer colours;
    private final NativeBuffer hashes;
    private final NativeBuffer otherHashes;
    private final LongBuffer hashWords;
    private final LongBuffer otherHashWords;
    private final LongBuffer factors;
    private final LongBuffer product;
    private final LongBuffer extra;
    private final NativeBuffer corrections;
    private final NativeBuffer signCorrections;
    private final NativeBuffer carryCorrections;
    private final NativeBuffer answers;
    private final NativeBuffer packed;

    Work(Scope scope, LongBuffer shares, LongBuffer results, BitMatrix inputs) {
      this.shares = shares;
      this.results = results;
      this.inputs = inputs;
      int largest = chunks.largest();
      int lanes = chunks.largestBlockLanes();
      program = GateProgram.of(circuit, scope);
      nothing = scope.allocate(LabelKernel.LABEL_BYTES);
      slots = scope.allocate((long) circuit.slots() * lanes * LabelKernel.LABEL_BYTES);
      slotBytes = slots.bytes();
      transferLabels = new NativeBuffer[window];
      for (int i = 0; i < window; i++) {
        transferLabels[i] = scope.allocate(Chunks.transferLabelBytes(circuit, largest));
      }
      choices = scope.allocate(CorrelatedOts.choiceBytes(Chunks.transfers(circuit, largest)));
      message = scope.allocate(relu.messageBytes(circuit, largest));
      reverseLabels = scope.allocate(CorrelatedOts.labelBytes(largest));
      colours = scope.allocate(lanes / 8);
      hashes = scope.allocate((long) lanes * LabelKernel.LABEL_BYTES);
      otherHashes = scope.allocate((long) lanes * LabelKernel.LABEL_BYTES);
      hashWords = hashes.longs();
      otherHashWords = otherHashes.longs();
      factors = scope.allocateLongs(lanes).longs();
      product = scope.allocateLongs(lanes).longs();
      extra = scope.allocateLongs(lanes).longs();
      corrections = scope.allocateLongs(largest);
      signCorrections = scope.allocateLongs(largest);
      carryCorrections = scope.allocateLongs(largest);
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
      long at = Chunks.tableBytes(circuit, size);
      at = unpack(corrections, size, relu.wideBits(), at);
      at = unpack(signCorrections, size, relu.extraBits(), at);
      unpack(carryCorrections, size, relu.extraBits(), at);

      NativeBuffer transferred = transferLabels[chunk % window];
      ByteBuffer transferBytes = transferred.bytes();
      int transferAt = 0;
      long tableAt = 0;
      for (int start = 0; start < size; start += Chunks.MAX_BLOCK) {
        int n = Chunks.blockSize(size, start);
        long tableBytes = Chunks.tableBytes(circuit, n);
        evaluator.evaluateBlock(
            program,
            n,
            transferBytes,
            transferAt,
            slots,
            slotBytes,
            message.slice(tableAt, tableBytes));
        tableAt += tableBytes;
        int wireBytes = LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
        transferAt += circuit.evaluatorInputs() * wireBytes;
        multiply(
            n,
            start,
            chunks.firstInstance(chunk) + start,
            transferred.slice(transferAt - wireBytes, wireBytes));
      }
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

    private void multiply(int n, int start, int first, NativeBuffer topLabels) {
      int wireBytes = LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
      long mask = (1L << relu.wideBits()) - 1;
      long id = evaluator.takeGateIds(ShareRelu.HASH_IDS);
      kernel.colours(program, n, slots, colours);
      ByteBuffer colourBits = colours.bytes();
      NativeBuffer labels = slots.slice((long) circuit.outputSlot(0) * wireBytes, wireBytes);
      kernel.hash(labels, nothing, evaluator.sessionKey(), id, n, hashes);
      LongBuffer target = results.slice(first, n);
      BitProducts.take(
          n,
          colourBits,
          corrections.longs().position(start).slice(),
          hashWords,
          0,
          relu.wideBits(),
          target);
      if (relu.extraBits() > 0) {
        BitProducts.take(
            n,
            colourBits,
            signCorrections.longs().position(start).slice(),
            hashWords,
            1,
            relu.extraBits(),
            extra);
        kernel.hash(topLabels, nothing, evaluator.sessionKey(), id + 1, n, hashes);
        ByteBuffer topBits = inputs.bytes();
        int rowAt = (relu.bits() - 1) * inputs.rowBytes() + first / 8;
        BitProducts.take(
            n,
            topBits.slice(rowAt, LabelKernel.lanes(n) / 8),
            carryCorrections.longs().position(start).slice(),
            hashWords,
            0,
            relu.extraBits(),
            product);
        for (int i = 0; i < n; i++) {
          long top = shares.get(first + i) >>> (relu.bits() - 1) & 1;
          long carry = product.get(i) + (extra.get(i) & -top);
          target.put(i, (target.get(i) + (carry << relu.bits())) & mask);
        }
      }

      int shift = Long.SIZE - relu.bits();
      for (int i = 0; i < n; i++) {
        factors.put(i, shares.get(first + i) << shift >> shift);
      }
      NativeBuffer reverse = reverseLabels.slice((long) start * LabelKernel.LABEL_BYTES, wireBytes);
      long reverseId = evaluator.takeReverseId();
      kernel.hash(reverse, nothing, evaluator.sessionKey(), reverseId, n, hashes);
      kernel.hash(
          reverse, evaluator.reverseDelta(), evaluator.sessionKey(), reverseId, n, otherHashes);
      BitProducts.own(
          n,
          colourBits,
          factors,
          hashWords,
          otherHashWords,
          0,
          relu.wideBits(),
          product,
          answers.longs().position(start).slice());
      for (int i = 0; i < n; i++) {
        target.put(i, (target.get(i) + product.get(i)) & mask);
      }
    }
  }
}
