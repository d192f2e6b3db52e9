package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_linear_product;

/**
 * Matrix products of small signed integer weights and rows of residues.
 *
 * <p>Has the {@linkplain io.sotto.natives guarantee of kernels}. References to rows are public.
 * What is refused is refused before anything is written.
 */
public final class LinearKernel {
  private static final CallStruct<sotto_linear_product> PRODUCT =
      new CallStruct<>(sotto_linear_product::new);

  private LinearKernel() {}

  /**
   * Sizes of a product: m rows of k weights, times k rows of n residues.
   *
   * @param q an odd modulus below 2^60
   */
  public record Product(long q, int n, int k, int m) {
    /** At least one of each. */
    public Product {
      if (n < 1 || k < 1 || m < 1) {
        throw new IllegalArgumentException(
            "a product of "
                + m
                + " x "
                + k
                + " weights and rows of "
                + n
                + "; give at least 1 of each");
      }
    }

    private long rowBytes() {
      return n * (long) Long.BYTES;
    }

    private sotto_linear_product struct(long rows) {
      return PRODUCT.get().q(q).rows(rows).n(n).k(k).m(m);
    }
  }

  /**
   * out[o][c] = sum over i of weights[o][i] * in[refs[i]][c] mod q, in [0, q).
   *
   * @param in rows of n residues in [0, q)
   * @param refs k numbers of rows, int32; -1 stands for a row of zeros
   * @param weights m rows of k weights, int32, each strictly between -2^20 and 2^20
   * @param out m rows of n residues, memory apart from the other buffers
   */
  public static void accumulate(
      Product product, NativeBuffer in, NativeBuffer refs, NativeBuffer weights, NativeBuffer out) {
    long rowBytes = product.rowBytes();
    if (in.size() % rowBytes != 0) {
      throw new IllegalArgumentException(
          "in is a buffer of " + in.size() + " bytes, no whole number of rows of " + rowBytes);
    }
    if (out.overlaps(in) || out.overlaps(refs) || out.overlaps(weights)) {
      throw new IllegalArgumentException(
          "out shares memory with an input; give it memory of its own");
    }
    long weightBytes = Math.multiplyExact((long) product.m * product.k, (long) Integer.BYTES);
    NativeCall.check(
        NativeFacade.sotto_linear_accumulate(
            product.struct(in.size() / rowBytes),
            in.pointer(),
            refs.pointer("refs", product.k * (long) Integer.BYTES),
            weights.pointer("weights", weightBytes),
            out.pointer("out", Math.multiplyExact(product.m, rowBytes))));
  }
}
