package io.sotto.gc.product;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.InputTransfers;
import io.sotto.gc.correlation.PackedMessage;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/**
 * The evaluator's side of {@link ShareProduct}: for each chunk it sends a request with the bits of
 * its numbers as choices, some chunks ahead, and receives corrections.
 *
 * <p><b>Threading, failure.</b> As {@link EvaluatorCorrelations}.
 */
public final class ProductEvaluator {
  private ProductEvaluator() {}

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
    ChunkedInstances chunks = ShareProduct.chunks(instances);
    if (chunks.count() > 0) {
      own.run(() -> multiply(own, product, chunks, numbers, results));
    }
  }

  private static void multiply(
      EvaluatorCorrelations own,
      ShareProduct product,
      ChunkedInstances chunks,
      NativeBuffer numbers,
      NativeBuffer results) {
    int largest = chunks.largest();
    try (Scope scope = new Scope();
        BitMatrix bits = BitMatrix.fromShares(numbers, chunks.instances(), product.bits())) {
      int window = product.window(chunks, own.trees());
      InputTransfers transfers = new InputTransfers(own, chunks, bits, window, scope);
      BitTerms terms = new BitTerms(own, product, largest, scope);
      PackedMessage message =
          new PackedMessage(ShareProduct.BIT_PRODUCTS, product.messageBytes(largest), scope);
      transfers.begin();
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int size = chunks.size(chunk);
        int first = chunks.first(chunk);
        message.receive(own.channel(), product.messageBytes(size));
        terms.unpack(size, message);
        terms.sum(
            size,
            transfers.labels(chunk),
            chunks.part(results, chunk),
            term -> take(own, term, bits, first + term.start()));
        transfers.finish(chunk);
      }
    }
  }

  private static void take(
      EvaluatorCorrelations own, BitTerms.Term term, BitMatrix bits, int first) {
    long row = (long) term.bit() * bits.rowBytes();
    term.shares().wipe();
    own.kernel()
        .products()
        .take(
            term.run(),
            term.labels(),
            bits.memory().slice(row + first / 8),
            term.corrections(),
            term.shares());
  }
}
