package io.sotto.gc.product;

import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.correlation.PackedMessage;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/**
 * The garbler's side of {@link ShareProduct}: for each chunk it receives a request and sends
 * corrections.
 *
 * <p><b>Threading, failure.</b> As {@link GarblerCorrelations}.
 */
public final class ProductGarbler {
  private ProductGarbler() {}

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
    ChunkedInstances chunks = ShareProduct.chunks(instances);
    if (chunks.count() > 0) {
      own.run(() -> multiply(own, product, chunks, factors, results));
    }
  }

  private static void multiply(
      GarblerCorrelations own,
      ShareProduct product,
      ChunkedInstances chunks,
      NativeBuffer factors,
      NativeBuffer results) {
    int largest = chunks.largest();
    try (Scope scope = new Scope()) {
      BitTerms terms = new BitTerms(own, product, largest, scope);
      PackedMessage message =
          new PackedMessage(ShareProduct.BIT_PRODUCTS, product.messageBytes(largest), scope);
      NativeBuffer labels = scope.allocate(CorrelatedOts.labelBytes(product.transfers(largest)));
      NativeBuffer noBits = scope.allocate(HashBlocks.LARGEST / 8);
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int size = chunks.size(chunk);
        NativeBuffer numbers = chunks.part(factors, chunk);
        own.sender().extend(product.transfers(size), labels);
        terms.sum(
            size, labels, chunks.part(results, chunk), term -> give(own, term, noBits, numbers));
        message.begin();
        terms.pack(size, message);
        message.send(own.channel());
        own.channel().flush();
      }
    }
  }

  /** The bits are the other side's choices, to which this side adds nothing. */
  private static void give(
      GarblerCorrelations own, BitTerms.Term term, NativeBuffer noBits, NativeBuffer numbers) {
    NativeBuffer factors = numbers.slice((long) term.start() * Long.BYTES);
    own.kernel()
        .products()
        .own(
            term.run(),
            own.offset(),
            term.labels(),
            noBits,
            factors,
            term.corrections(),
            term.shares());
  }
}
