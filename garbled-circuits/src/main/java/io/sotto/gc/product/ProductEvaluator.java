package io.sotto.gc.product;

import io.sotto.channel.PeerViolationException;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.correlation.ChoiceBits;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.internal.BitProducts;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * The evaluator's side of {@link ShareProduct}: for each chunk it sends a request with the bits of
 * its numbers as choices, some chunks ahead, and receives corrections.
 *
 * <p><b>Threading, failure.</b> As {@link EvaluatorCorrelations}.
 */
public final class ProductEvaluator {
  private final EvaluatorCorrelations own;
  private final LabelKernel kernel;
  private final ShareProduct product;
  private final ChunkedInstances pieces;

  private ProductEvaluator(EvaluatorCorrelations own, ShareProduct product, int instances) {
    this.own = own;
    this.kernel = own.kernel();
    this.product = product;
    this.pieces = ShareProduct.pieces(instances);
  }

  /**
   * Computes f g modulo 2^L as shares.
   *
   * @param numbers this side's g for each instance, of which the low L bits count
   * @param results receives this side's share for each instance; memory apart
   */
  public static void multiply(
      EvaluatorCorrelations own,
      ShareProduct product,
      int instances,
      NativeBuffer numbers,
      NativeBuffer results) {
    ChunkedInstances.check(instances, numbers, results);
    own.run(() -> new ProductEvaluator(own, product, instances).run(numbers, results));
  }

  private void run(NativeBuffer numbers, NativeBuffer results) {
    if (pieces.count() == 0) {
      return;
    }
    try (Scope scope = new Scope();
        BitMatrix choices = BitMatrix.fromShares(numbers, pieces.instances(), product.bits())) {
      Work work = new Work(scope, choices, results.longs());
      int chunks = pieces.count();
      int window = product.window(pieces, own.trees());
      for (int chunk = 0; chunk < window; chunk++) {
        work.request(chunk);
      }
      own.channel().flush();
      for (int chunk = 0; chunk < chunks; chunk++) {
        work.finish(chunk);
        if (chunk + window < chunks) {
          work.request(chunk + window);
          own.channel().flush();
        }
      }
    }
  }

  /** The memory of a run. */
  private final class Work {
    private final BitMatrix bits;
    private final ByteBuffer bitBytes;
    private final LongBuffer results;
    private final NativeBuffer choices;
    private final NativeBuffer[] labels;
    private final NativeBuffer message;
    private final NativeBuffer nothing;
    private final NativeBuffer hashes;
    private final NativeBuffer corrections;
    private final LongBuffer terms;

    Work(Scope scope, BitMatrix bits, LongBuffer results) {
      this.bits = bits;
      this.bitBytes = bits.bytes();
      this.results = results;
      int largest = pieces.largest();
      int transfers = product.transfers(largest);
      choices = scope.allocate(CorrelatedOts.choiceBytes(transfers));
      labels = new NativeBuffer[product.window(pieces, own.trees())];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = scope.allocate(CorrelatedOts.labelBytes(transfers));
      }
      message = scope.allocate(product.messageBytes(largest));
      nothing = scope.allocate(LabelKernel.LABEL_BYTES);
      hashes = scope.allocate((long) HashBlocks.LARGEST * LabelKernel.LABEL_BYTES);
      corrections = scope.allocateLongs((long) product.bits() * largest);
      terms = scope.allocateLongs(HashBlocks.LARGEST).longs();
    }

    void request(int chunk) {
      int size = pieces.size(chunk);
      ChoiceBits.write(bits, pieces.first(chunk), size, choices);
      own.receiver().extend(product.transfers(size), choices, labels[chunk % labels.length]);
    }

    void finish(int chunk) {
      int size = pieces.size(chunk);
      own.channel()
          .receive(ShareProduct.BIT_PRODUCTS, message.bytes().limit(product.messageBytes(size)));
      long from = 0;
      for (int bit = 0; bit < product.bits(); bit++) {
        int width = product.bits() - bit;
        long bytes = PackKernel.packedBytes(size, width);
        NativeBuffer unpacked =
            corrections.slice((long) bit * size * Long.BYTES, (long) size * Long.BYTES);
        if (!PackKernel.unpack(message.slice(from, bytes), size, width, 1L << width, unpacked)) {
          throw new PeerViolationException("bits beyond the last bit product are set");
        }
        from += bytes;
      }
      LongBuffer correctionWords = corrections.longs();
      long mask = (1L << product.bits()) - 1;
      long labelAt = 0;
      for (int start = 0; start < size; start += HashBlocks.LARGEST) {
        int n = HashBlocks.size(size, start);
        int first = pieces.first(chunk) + start;
        int bitRow = LabelKernel.lanes(n) / 8;
        long wireBytes = (long) LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
        long id = own.nonces().gateIds(product.bits());
        for (int i = 0; i < n; i++) {
          results.put(first + i, 0);
        }
        for (int bit = 0; bit < product.bits(); bit++) {
          NativeBuffer wire = labels[chunk % labels.length].slice(labelAt, wireBytes);
          labelAt += wireBytes;
          kernel.hash(wire, nothing, own.sessionKey(), id + bit, n, hashes);
          BitProducts.take(
              n,
              bitBytes.slice(bit * bits.rowBytes() + first / 8, bitRow),
              correctionWords.slice(bit * size + start, n),
              hashes.longs(),
              0,
              product.bits() - bit,
              terms);
          for (int i = 0; i < n; i++) {
            results.put(first + i, (results.get(first + i) + (terms.get(i) << bit)) & mask);
          }
        }
      }
    }
  }
}
