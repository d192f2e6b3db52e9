package io.sotto.gc.internal;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/** The kernel in plain Java, block by block over a {@link LabelKernel}. */
final class PlainReluKernel implements ReluKernel {
  private static final int LABEL_BYTES = LabelKernel.LABEL_BYTES;

  private final LabelKernel labels;

  PlainReluKernel(LabelKernel labels) {
    this.labels = labels;
  }

  @Override
  public void garble(
      Shape shape,
      int size,
      Keys keys,
      NativeBuffer delta,
      long firstLabel,
      long firstId,
      NativeBuffer shares,
      NativeBuffer transfers,
      NativeBuffer tables,
      NativeBuffer choices,
      NativeBuffer results,
      Corrections corrections) {
    try (Scope scope = new Scope();
        BitMatrix inputs = rounded(shape, shares, size, scope)) {
      Block block = new Block(shape, keys, delta, scope);
      long transferAt = 0;
      long tableAt = 0;
      for (int start = 0; start < size; start += shape.block()) {
        int n = Math.min(shape.block(), size - start);
        int lanes = LabelKernel.lanes(n);
        int wireBytes = lanes * LABEL_BYTES;
        NativeBuffer slots = block.inputs(n, firstLabel, transfers.slice(transferAt));
        NativeBuffer rows = inputs.memory().slice(start / 8);
        labels.addOffset(slots, shape.compared(), lanes, rows, inputs.rowBytes(), delta);
        long tableBytes = (long) shape.ands() * LabelKernel.TABLE_BYTES * n;
        labels.garble(
            shape.program(),
            n,
            slots,
            delta,
            keys.session(),
            firstId,
            tables.slice(tableAt, tableBytes));
        NativeBuffer pi = choices.slice(start / 8, lanes / 8);
        labels.colours(shape.program(), n, slots, pi);
        NativeBuffer sign = block.output(slots, wireBytes);
        // From the zero labels to the ones of colour 0, for which the sign is pi.
        labels.addOffset(sign, 1, lanes, pi, lanes / 8, delta);
        transferAt += (long) shape.compared() * wireBytes;
        block.ownProducts(
            n,
            sign,
            transfers.slice(transferAt - wireBytes, wireBytes),
            firstId + 2L * shape.ands(),
            pi,
            BitProducts.words(shares, start),
            BitProducts.words(results, start),
            BitProducts.words(corrections.product(), start),
            BitProducts.words(corrections.sign(), start),
            BitProducts.words(corrections.carry(), start));
        firstId += 2L * shape.ands() + HASH_IDS;
        firstLabel += (long) shape.compared() * lanes;
        tableAt += tableBytes;
      }
    }
  }

  @Override
  public void evaluate(
      Shape shape,
      int size,
      Keys keys,
      NativeBuffer reverseDelta,
      long firstLabel,
      long firstId,
      long firstReverseId,
      NativeBuffer shares,
      NativeBuffer transfers,
      NativeBuffer reverseLabels,
      NativeBuffer tables,
      Corrections corrections,
      NativeBuffer results,
      NativeBuffer answers) {
    try (Scope scope = new Scope()) {
      Block block = new Block(shape, keys, reverseDelta, scope);
      NativeBuffer colours = scope.allocate(LabelKernel.lanes(shape.block()) / 8);
      long transferAt = 0;
      long tableAt = 0;
      for (int start = 0; start < size; start += shape.block()) {
        int n = Math.min(shape.block(), size - start);
        int lanes = LabelKernel.lanes(n);
        int wireBytes = lanes * LABEL_BYTES;
        NativeBuffer slots = block.inputs(n, firstLabel, transfers.slice(transferAt));
        long tableBytes = (long) shape.ands() * LabelKernel.TABLE_BYTES * n;
        labels.evaluate(
            shape.program(), n, slots, keys.session(), firstId, tables.slice(tableAt, tableBytes));
        labels.colours(shape.program(), n, slots, colours);
        transferAt += (long) shape.compared() * wireBytes;
        LongBuffer target = BitProducts.words(results, start);
        block.takeProducts(
            n,
            block.output(slots, wireBytes),
            transfers.slice(transferAt - wireBytes, wireBytes),
            firstId + 2L * shape.ands(),
            colours.bytes(),
            BitProducts.words(shares, start),
            target,
            BitProducts.words(corrections.product(), start),
            BitProducts.words(corrections.sign(), start),
            BitProducts.words(corrections.carry(), start));
        block.hashBoth(
            reverseLabels.slice((long) start * LABEL_BYTES, wireBytes), firstReverseId++, n);
        block.narrowFactors(n, BitProducts.words(shares, start));
        BitProducts.own(
            n,
            colours.bytes(),
            block.factors,
            block.hashWords,
            block.otherHashWords,
            0,
            shape.wideBits(),
            block.product,
            BitProducts.words(answers, start));
        block.addProducts(n, 0, target);
        firstId += 2L * shape.ands() + HASH_IDS;
        firstLabel += (long) shape.compared() * lanes;
        tableAt += tableBytes;
      }
    }
  }

  /** The bits of the garbler's shares that the circuit gets, rounded to the nearest. */
  private static BitMatrix rounded(Shape shape, NativeBuffer shares, int size, Scope scope) {
    NativeBuffer rounded = scope.allocateLongs(Math.max(1, size));
    long half = (1L << shape.dropped()) >> 1;
    LongBuffer source = shares.longs();
    LongBuffer target = rounded.longs();
    for (int i = 0; i < size; i++) {
      target.put(i, (source.get(i) + half) >>> shape.dropped());
    }
    return BitMatrix.fromShares(rounded, size, shape.compared());
  }

  /** The memory of a block, and what both sides do with it. */
  private final class Block {
    private final Shape shape;
    private final Keys keys;
    private final NativeBuffer offset;
    private final NativeBuffer nothing;
    private final NativeBuffer slots;
    private final NativeBuffer hashes;
    private final NativeBuffer otherHashes;
    private final LongBuffer hashWords;
    private final LongBuffer otherHashWords;
    private final LongBuffer factors;
    private final LongBuffer product;
    private final LongBuffer extra;
    private final ByteBuffer noBits;

    Block(Shape shape, Keys keys, NativeBuffer offset, Scope scope) {
      int lanes = LabelKernel.lanes(shape.block());
      this.shape = shape;
      this.keys = keys;
      this.offset = offset;
      nothing = scope.allocate(LABEL_BYTES);
      slots = scope.allocate((long) shape.program().circuit().slots() * lanes * LABEL_BYTES);
      hashes = scope.allocate((long) lanes * LABEL_BYTES);
      otherHashes = scope.allocate((long) lanes * LABEL_BYTES);
      hashWords = hashes.longs();
      otherHashWords = otherHashes.longs();
      factors = scope.allocateLongs(lanes).longs();
      product = scope.allocateLongs(lanes).longs();
      extra = scope.allocateLongs(lanes).longs();
      noBits = ByteBuffer.allocate(lanes / 8);
    }

    /** The slots with the active labels of the garbler's inputs and the transferred ones. */
    NativeBuffer inputs(int n, long firstLabel, NativeBuffer transfers) {
      int bytes = shape.compared() * LabelKernel.lanes(n) * LABEL_BYTES;
      labels.generate(keys.label(), firstLabel, bytes / LABEL_BYTES, slots);
      slots.bytes().put(bytes, transfers.bytes(), 0, bytes);
      return slots;
    }

    NativeBuffer output(NativeBuffer slots, int wireBytes) {
      return slots.slice(
          (long) shape.program().circuit().outputSlot(0) * wireBytes, (long) wireBytes);
    }

    void hash(NativeBuffer from, long id, int n) {
      labels.hash(from, nothing, keys.session(), id, n, hashes);
    }

    void hashBoth(NativeBuffer from, long id, int n) {
      hash(from, id, n);
      labels.hash(from, offset, keys.session(), id, n, otherHashes);
    }

    /** The shares in two's complement. */
    void narrowFactors(int n, LongBuffer shares) {
      int shift = Long.SIZE - shape.bits();
      for (int i = 0; i < n; i++) {
        factors.put(i, shares.get(i) << shift >> shift);
      }
    }

    void addProducts(int n, int shift, LongBuffer target) {
      long mask = (1L << shape.wideBits()) - 1;
      for (int i = 0; i < n; i++) {
        target.put(i, (target.get(i) + (product.get(i) << shift)) & mask);
      }
    }

    void ownProducts(
        int n,
        NativeBuffer sign,
        NativeBuffer top,
        long id,
        NativeBuffer pi,
        LongBuffer shares,
        LongBuffer target,
        LongBuffer corrections,
        LongBuffer signCorrections,
        LongBuffer carryCorrections) {
      hashBoth(sign, id, n);
      narrowFactors(n, shares);
      ByteBuffer bits = pi.bytes();
      BitProducts.own(
          n, bits, factors, hashWords, otherHashWords, 0, shape.wideBits(), target, corrections);
      if (shape.extraBits() == 0) {
        return;
      }
      for (int i = 0; i < n; i++) {
        factors.put(i, shares.get(i) >>> (shape.bits() - 1) & 1);
      }
      BitProducts.own(
          n,
          bits,
          factors,
          hashWords,
          otherHashWords,
          1,
          shape.extraBits(),
          extra,
          signCorrections);
      hashBoth(top, id + 1, n);
      BitProducts.own(
          n,
          noBits,
          extra,
          hashWords,
          otherHashWords,
          0,
          shape.extraBits(),
          product,
          carryCorrections);
      addProducts(n, shape.bits(), target);
    }

    void takeProducts(
        int n,
        NativeBuffer sign,
        NativeBuffer top,
        long id,
        ByteBuffer colours,
        LongBuffer shares,
        LongBuffer target,
        LongBuffer corrections,
        LongBuffer signCorrections,
        LongBuffer carryCorrections) {
      hash(sign, id, n);
      BitProducts.take(n, colours, corrections, hashWords, 0, shape.wideBits(), target);
      if (shape.extraBits() == 0) {
        return;
      }
      BitProducts.take(n, colours, signCorrections, hashWords, 1, shape.extraBits(), extra);
      hash(top, id + 1, n);
      for (int i = 0; i < n; i++) {
        long top1 = shares.get(i) >>> (shape.bits() - 1) & 1;
        long taken = hashWords.get(2 * i) + (carryCorrections.get(i) & -top1);
        product.put(i, (taken & (1L << shape.extraBits()) - 1) + (extra.get(i) & -top1));
      }
      addProducts(n, shape.bits(), target);
    }
  }
}
