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
  private final LabelKernel kernel;
  private final ShareRelu relu;
  private final Circuit circuit;
  private final Chunks chunks;
  private final int window;

  ReluGarbler(Garbler garbler, ShareRelu relu, int instances) {
    this.garbler = garbler;
    this.kernel = garbler.kernel();
    this.relu = relu;
    this.circuit = relu.circuit();
    this.chunks = new Chunks(circuit, instances);
    this.window = Math.min(relu.window(circuit, chunks), Math.max(1, chunks.count()));
  }

  void run(NativeBuffer shares, NativeBuffer results) {
    if (chunks.count() == 0) {
      return;
    }
    try (Scope scope = new Scope();
        BitMatrix inputs =
            BitMatrix.fromShares(
                shares, chunks.firstInstance(chunks.count() - 1) + lastSize(), relu.bits())) {
      Work work = new Work(scope, shares.longs(), results.longs(), inputs);
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

  private int lastSize() {
    return chunks.size(chunks.count() - 1);
  }

  /** The memory of a run. */
  private final class Work {
    private final LongBuffer shares;
    private final LongBuffer results;
    private final BitMatrix inputs;
    private final GateProgram program;
    private final ByteBuffer noBits = ByteBuffer.allocate(Chunks.MAX_BLOCK / 8);
    private final NativeBuffer nothing;
    private final NativeBuffer slots;
    private final ByteBuffer slotBytes;
    private final NativeBuffer transferLabels;
    private final ByteBuffer transferBytes;
    private final NativeBuffer message;
    private final NativeBuffer[] choices;
    private final NativeBuffer[] reverseLabels;
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
    private final NativeBuffer received;

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
      transferLabels = scope.allocate(Chunks.transferLabelBytes(circuit, largest));
      transferBytes = transferLabels.bytes();
      message = scope.allocate(relu.messageBytes(circuit, largest));
      choices = new NativeBuffer[window];
      reverseLabels = new NativeBuffer[window];
      for (int i = 0; i < window; i++) {
        choices[i] = scope.allocate(CorrelatedOts.choiceBytes(largest));
        reverseLabels[i] = scope.allocate(CorrelatedOts.labelBytes(largest));
      }
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
      received = scope.allocate(relu.productBytes(largest));
    }

    void start(int chunk) {
      int size = chunks.size(chunk);
      garbler.transfers().extend(Chunks.transfers(circuit, size), transferLabels);
      NativeBuffer chosen = choices[chunk % window];
      chosen.wipe();
      int transferAt = 0;
      long tableAt = 0;
      for (int start = 0; start < size; start += Chunks.MAX_BLOCK) {
        int n = Chunks.blockSize(size, start);
        long tableBytes = Chunks.tableBytes(circuit, n);
        int first = chunks.firstInstance(chunk) + start;
        garbler.garbleBlock(
            program,
            n,
            inputs,
            first,
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
            first,
            chosen.slice(start / 8, LabelKernel.lanes(n) / 8),
            transferLabels.slice(transferAt - wireBytes, wireBytes));
      }
      long at = tableAt;
      at = pack(corrections, size, relu.wideBits(), at);
      at = pack(signCorrections, size, relu.extraBits(), at);
      at = pack(carryCorrections, size, relu.extraBits(), at);
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

    /** The products whose factors this side knows. */
    private void multiply(int n, int start, int first, NativeBuffer pi, NativeBuffer topLabels) {
      int lanes = LabelKernel.lanes(n);
      int wireBytes = lanes * LabelKernel.LABEL_BYTES;
      long id = garbler.takeGateIds(ShareRelu.HASH_IDS);
      NativeBuffer labels = slots.slice((long) circuit.outputSlot(0) * wireBytes, wireBytes);
      kernel.colours(program, n, slots, pi);
      // From the zero labels to the ones of colour 0, for which p = pi.
      kernel.addOffset(labels, 1, lanes, pi, lanes / 8, garbler.delta());
      hashBoth(labels, id, n);
      int shift = Long.SIZE - relu.bits();
      for (int i = 0; i < n; i++) {
        factors.put(i, shares.get(first + i) << shift >> shift);
      }
      ByteBuffer piBits = pi.bytes();
      LongBuffer target = results.slice(first, n);
      BitProducts.own(
          n,
          piBits,
          factors,
          hashWords,
          otherHashWords,
          0,
          relu.wideBits(),
          target,
          corrections.longs().position(start).slice());
      if (relu.extraBits() == 0) {
        return;
      }
      for (int i = 0; i < n; i++) {
        factors.put(i, shares.get(first + i) >>> (relu.bits() - 1) & 1);
      }
      BitProducts.own(
          n,
          piBits,
          factors,
          hashWords,
          otherHashWords,
          1,
          relu.extraBits(),
          extra,
          signCorrections.longs().position(start).slice());
      hashBoth(topLabels, id + 1, n);
      BitProducts.own(
          n,
          noBits,
          extra,
          hashWords,
          otherHashWords,
          0,
          relu.extraBits(),
          product,
          carryCorrections.longs().position(start).slice());
      long mask = (1L << relu.wideBits()) - 1;
      for (int i = 0; i < n; i++) {
        target.put(i, (target.get(i) + (product.get(i) << relu.bits())) & mask);
      }
    }

    private void hashBoth(NativeBuffer labels, long id, int n) {
      kernel.hash(labels, nothing, garbler.sessionKey(), id, n, hashes);
      kernel.hash(labels, garbler.delta(), garbler.sessionKey(), id, n, otherHashes);
    }

    /** The products whose factors the evaluator knows. */
    void finish(int chunk) {
      int size = chunks.size(chunk);
      long bytes = relu.productBytes(size);
      garbler.channel().receive(ShareRelu.PRODUCTS, received.bytes().limit(Math.toIntExact(bytes)));
      if (!PackKernel.unpack(received, size, relu.wideBits(), 1L << relu.wideBits(), corrections)) {
        throw new PeerViolationException("bits beyond the last product correction are set");
      }
      NativeBuffer labels = reverseLabels[chunk % window];
      NativeBuffer chosen = choices[chunk % window];
      long mask = (1L << relu.wideBits()) - 1;
      for (int start = 0; start < size; start += Chunks.MAX_BLOCK) {
        int n = Chunks.blockSize(size, start);
        long wireBytes = (long) LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
        kernel.hash(
            labels.slice((long) start * LabelKernel.LABEL_BYTES, wireBytes),
            nothing,
            garbler.sessionKey(),
            garbler.takeReverseId(),
            n,
            hashes);
        BitProducts.take(
            n,
            chosen.slice(start / 8, LabelKernel.lanes(n) / 8).bytes(),
            corrections.longs().position(start).slice(),
            hashWords,
            0,
            relu.wideBits(),
            product);
        LongBuffer target = results.slice(chunks.firstInstance(chunk) + start, n);
        for (int i = 0; i < n; i++) {
          target.put(i, (target.get(i) + product.get(i)) & mask);
        }
      }
    }
  }
}
