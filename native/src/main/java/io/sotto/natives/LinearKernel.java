package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;

/**
 * Matrix products of small signed integer weights and rows of residues.
 *
 * <p><b>Security.</b> Time and memory accesses depend on sizes and references, never on weights or
 * residues.
 *
 * <p><b>Threading.</b> Stateless; calls that write to different memory run side by side.
 *
 * <p><b>Failure.</b> Sizes that don't fit, references outside the input and weights of 2^20 or more
 * in absolute value are an {@link IllegalArgumentException}, before anything is written.
 */
public final class LinearKernel {
  private LinearKernel() {}

  /**
   * out[o][c] = sum over i of weights[o][i] * in[refs[i]][c] mod q, in [0, q).
   *
   * @param q an odd modulus below 2^60
   * @param in rows of n residues in [0, q)
   * @param n residues in a row
   * @param refs k numbers of rows, int32; -1 stands for a row of zeros
   * @param weights m rows of k weights, int32, each strictly between -2^20 and 2^20
   * @param out m rows of n residues, memory apart from the other buffers
   */
  public static void accumulate(
      long q,
      NativeBuffer in,
      int n,
      NativeBuffer refs,
      int k,
      NativeBuffer weights,
      int m,
      NativeBuffer out) {
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
    long rowBytes = n * (long) Long.BYTES;
    if (in.size() % rowBytes != 0) {
      throw new IllegalArgumentException(
          "in is a buffer of " + in.size() + " bytes, no whole number of rows of " + rowBytes);
    }
    if (out.overlaps(in) || out.overlaps(refs) || out.overlaps(weights)) {
      throw new IllegalArgumentException(
          "out shares memory with an input; give it memory of its own");
    }
    long weightBytes = Math.multiplyExact((long) m * k, (long) Integer.BYTES);
    NativeCall.check(
        NativeFacade.sotto_linear_accumulate(
            q,
            in.pointer(),
            in.size() / rowBytes,
            n,
            refs.pointer("refs", k * (long) Integer.BYTES),
            k,
            weights.pointer("weights", weightBytes),
            m,
            out.pointer("out", Math.multiplyExact(m, rowBytes))));
  }
}
