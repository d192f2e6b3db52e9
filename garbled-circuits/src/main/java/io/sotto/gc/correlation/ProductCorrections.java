package io.sotto.gc.correlation;

import io.sotto.gc.internal.ProductKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;
import io.sotto.natives.Scope;

/**
 * {@link ProductKernel Products} of bits that are shared with numbers that one side knows. Each
 * takes a single message of that side: the corrections.
 *
 * <p><b>Security, threading.</b> As {@link ProductKernel}: corrections tell nothing to whom they
 * are sent.
 *
 * <p><b>Failure.</b> As {@link PackedMessage}.
 */
public final class ProductCorrections {
  private final Correlations own;
  private final ProductKernel kernel;
  private final NativeBuffer corrections;

  /** The memory, for runs of at most so many instances, lives as long as the scope. */
  public ProductCorrections(Correlations own, int largest, Scope scope) {
    this.own = own;
    this.kernel = own.kernel().products();
    this.corrections = scope.allocateLongs(largest);
  }

  /**
   * The side that knows the numbers; writes the corrections.
   *
   * @param labels for the other side's bit 0
   * @param bits this side's, packed
   * @param results receives this side's shares
   */
  public void give(
      Products.Run run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer numbers,
      NativeBuffer results,
      PackedMessage message) {
    kernel.own(run, own.offset(), labels, bits, numbers, corrections, results);
    message.pack(corrections, run.size(), run.width());
  }

  /**
   * The other side; reads the corrections.
   *
   * @param labels for its bit
   * @param bits this side's, packed
   * @param results to which this side's shares are added
   */
  public void take(
      Products.Run run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer results,
      PackedMessage message) {
    message.unpack(run.size(), run.width(), corrections);
    kernel.take(run, labels, bits, corrections, results);
  }
}
