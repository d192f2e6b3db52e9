package io.sotto.gc.product;

import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.GarblerCorrelations;
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
 * The garbler's side of {@link ShareProduct}: for each chunk it receives a request and sends
 * corrections.
 *
 * <p><b>Threading, failure.</b> As {@link GarblerCorrelations}.
 */
public final class ProductGarbler {
  private final GarblerCorrelations own;
  private final LabelKernel kernel;
  private final ShareProduct product;
  private final ChunkedInstances pieces;

  private ProductGarbler(GarblerCorrelations own, ShareProduct product, int instances) {
    this.own = own;
    this.kernel = own.kernel();
    this.product = product;
    this.pieces = ShareProduct.pieces(instances);
  }

  /**
   * Computes f g modulo 2^L as shares.
   *
   * @param factors this side's f for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public static void multiply(
      GarblerCorrelations own,
      ShareProduct product,
      int instances,
      NativeBuffer factors,
      NativeBuffer results) {
    ChunkedInstances.check(instances, factors, results);
    own.run(() -> new ProductGarbler(own, product, instances).run(factors, results));
  }

  private void run(NativeBuffer factors, NativeBuffer results) {
    if (pieces.count() == 0) {
      return;
    }
    int largest = pieces.largest();
    int bits = product.bits();
    try (Scope scope = new Scope()) {
      NativeBuffer labels = scope.allocate(CorrelatedOts.labelBytes(product.transfers(largest)));
      NativeBuffer message = scope.allocate(product.messageBytes(largest));
      NativeBuffer nothing = scope.allocate(LabelKernel.LABEL_BYTES);
      NativeBuffer hashes = scope.allocate((long) HashBlocks.LARGEST * LabelKernel.LABEL_BYTES);
      NativeBuffer otherHashes =
          scope.allocate((long) HashBlocks.LARGEST * LabelKernel.LABEL_BYTES);
      NativeBuffer corrections = scope.allocateLongs((long) bits * largest);
      LongBuffer terms = scope.allocateLongs(HashBlocks.LARGEST).longs();
      LongBuffer correctionWords = corrections.longs();
      ByteBuffer noBits = ByteBuffer.allocate(HashBlocks.LARGEST / 8);
      LongBuffer factorWords = factors.longs();
      LongBuffer resultWords = results.longs();
      long mask = (1L << bits) - 1;
      for (int chunk = 0; chunk < pieces.count(); chunk++) {
        int size = pieces.size(chunk);
        own.sender().extend(product.transfers(size), labels);
        long labelAt = 0;
        for (int start = 0; start < size; start += HashBlocks.LARGEST) {
          int n = HashBlocks.size(size, start);
          int first = pieces.first(chunk) + start;
          long wireBytes = (long) LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
          long id = own.nonces().gateIds(bits);
          for (int i = 0; i < n; i++) {
            resultWords.put(first + i, 0);
          }
          for (int bit = 0; bit < bits; bit++) {
            NativeBuffer wire = labels.slice(labelAt, wireBytes);
            labelAt += wireBytes;
            kernel.hash(wire, nothing, own.sessionKey(), id + bit, n, hashes);
            kernel.hash(wire, own.offset(), own.sessionKey(), id + bit, n, otherHashes);
            BitProducts.own(
                n,
                noBits,
                factorWords.slice(first, n),
                hashes.longs(),
                otherHashes.longs(),
                0,
                bits - bit,
                terms,
                correctionWords.slice(bit * size + start, n));
            for (int i = 0; i < n; i++) {
              long sum = resultWords.get(first + i) + (terms.get(i) << bit);
              resultWords.put(first + i, sum & mask);
            }
          }
        }
        long at = 0;
        for (int bit = 0; bit < bits; bit++) {
          long bytes = PackKernel.packedBytes(size, bits - bit);
          PackKernel.pack(
              corrections.slice((long) bit * size * Long.BYTES, (long) size * Long.BYTES),
              size,
              bits - bit,
              message.slice(at, bytes));
          at += bytes;
        }
        own.channel()
            .send(ShareProduct.BIT_PRODUCTS, message.bytes().limit(product.messageBytes(size)));
        own.channel().flush();
      }
    }
  }
}
