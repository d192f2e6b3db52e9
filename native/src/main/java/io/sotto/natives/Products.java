package io.sotto.natives;

import static io.sotto.natives.LabelSizes.LABEL_BYTES;
import static io.sotto.natives.LabelSizes.labelBytes;
import static io.sotto.natives.LabelSizes.rowBytes;
import static io.sotto.natives.LabelSizes.wordBytes;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_product_run;

/**
 * Products of bits with numbers, by labels. Each function is specified where it is used, in {@code
 * io.sotto.gc.internal.ProductKernel}.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}.
 */
public final class Products {
  private static final CallStruct<sotto_product_run> RUN = new CallStruct<>(sotto_product_run::new);

  private Products() {}

  /**
   * Products modulo 2^width.
   *
   * @param block instances that share keys
   */
  public record Run(int width, int size, int block, NativeBuffer sessionKey, long firstId) {
    private sotto_product_run struct() {
      return RUN.get()
          .width(width)
          .size(size)
          .block(block)
          .session_key(sessionKey.pointer("sessionKey", LABEL_BYTES))
          .first_id(firstId);
    }
  }

  /** The side of products of bits with numbers that knows the numbers. */
  public static void own(
      Run run,
      NativeBuffer offset,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer factors,
      NativeBuffer corrections,
      NativeBuffer results) {
    NativeCall.check(
        NativeFacade.sotto_product_own(
            run.struct(),
            offset.pointer("offset", LABEL_BYTES),
            labels.pointer("labels", labelBytes(run.size)),
            bits.pointer("bits", rowBytes(run.size)),
            factors.pointer("factors", wordBytes(run.size)),
            corrections.pointer("corrections", wordBytes(run.size)),
            results.pointer("results", wordBytes(run.size))));
  }

  /** The other side, which adds its shares to the results. */
  public static void take(
      Run run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer corrections,
      NativeBuffer results) {
    NativeCall.check(
        NativeFacade.sotto_product_take(
            run.struct(),
            labels.pointer("labels", labelBytes(run.size)),
            bits.pointer("bits", rowBytes(run.size)),
            corrections.pointer("corrections", wordBytes(run.size)),
            results.pointer("results", wordBytes(run.size))));
  }
}
