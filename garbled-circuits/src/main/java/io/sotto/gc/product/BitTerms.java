package io.sotto.gc.product;

import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.correlation.PackedMessage;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.natives.LookupTables;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;
import io.sotto.natives.Scope;
import java.util.function.Consumer;

/**
 * The terms 2^i (f g_i) that a {@link ShareProduct} is the sum of, on either side: block by block
 * of a chunk's instances, bit by bit.
 *
 * <p><b>Security.</b> No branch or address depends on numbers.
 *
 * <p><b>Threading, failure.</b> As {@link Correlations}.
 */
final class BitTerms {
  private final Correlations own;
  private final int bits;
  private final LookupKernel sums;
  private final NativeBuffer corrections;
  private final NativeBuffer shares;
  private final NativeBuffer zeros;

  /** The memory, for chunks of at most so many instances, lives as long as the scope. */
  BitTerms(Correlations own, ShareProduct product, int largest, Scope scope) {
    this.own = own;
    this.bits = product.bits();
    this.sums = own.kernel().lookups();
    corrections = scope.allocateLongs((long) bits * largest);
    shares = scope.allocateLongs(HashBlocks.LARGEST);
    zeros = scope.allocateLongs(HashBlocks.LARGEST);
  }

  /**
   * The products f g_i of a block.
   *
   * @param start index of the block's first instance within the chunk
   * @param labels of the transfers whose choices are g_i
   * @param shares receives this side's shares
   */
  record Term(
      int bit,
      int start,
      Products.Run run,
      NativeBuffer labels,
      NativeBuffer corrections,
      NativeBuffer shares) {}

  /**
   * Computes a chunk's terms, whose sums are the results.
   *
   * @param labels of the chunk's transfers
   * @param side what this side does for each term
   */
  void sum(int size, NativeBuffer labels, NativeBuffer results, Consumer<Term> side) {
    long labelAt = 0;
    for (int start = 0; start < size; start += HashBlocks.LARGEST) {
      int n = HashBlocks.size(size, start);
      long wireBytes = (long) LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
      long firstId = own.nonces().gateIds(bits);
      NativeBuffer sum = results.slice((long) start * Long.BYTES, (long) n * Long.BYTES);
      sum.wipe();
      for (int bit = 0; bit < bits; bit++) {
        side.accept(
            new Term(
                bit,
                start,
                own.products(bits - bit, n, firstId + bit),
                labels.slice(labelAt, wireBytes),
                corrections(bit, size).slice((long) start * Long.BYTES),
                shares));
        add(bit, n, sum);
        labelAt += wireBytes;
      }
    }
  }

  /** sum += 2^bit shares, modulo 2^bits. */
  private void add(int bit, int n, NativeBuffer sum) {
    if (bit == 0) {
      sums.parts(new LookupTables.Part(0, bits, bits, false), n, shares, sum, sum, sum);
    } else {
      sums.parts(new LookupTables.Part(0, bit, bits, false), n, zeros, sum, shares, sum);
    }
  }

  /** Writes a chunk's corrections. */
  void pack(int size, PackedMessage message) {
    for (int bit = 0; bit < bits; bit++) {
      message.pack(corrections(bit, size), size, bits - bit);
    }
  }

  /** Reads them. */
  void unpack(int size, PackedMessage message) {
    for (int bit = 0; bit < bits; bit++) {
      message.unpack(size, bits - bit, corrections(bit, size));
    }
  }

  private NativeBuffer corrections(int bit, int size) {
    return corrections.slice((long) bit * size * Long.BYTES, (long) size * Long.BYTES);
  }
}
