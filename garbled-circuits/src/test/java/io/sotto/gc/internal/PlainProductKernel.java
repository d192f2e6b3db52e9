package io.sotto.gc.internal;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;
import io.sotto.natives.Scope;
import java.nio.LongBuffer;

/** The kernel in plain Java, block by block over a {@link LabelKernel}. */
final class PlainProductKernel implements ProductKernel {
  private final LabelKernel kernel;

  PlainProductKernel(LabelKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public void own(
      Products.Run run,
      NativeBuffer offset,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer factors,
      NativeBuffer corrections,
      NativeBuffer results) {
    try (Scope scope = new Scope()) {
      NativeBuffer nothing = scope.allocate(LabelKernel.LABEL_BYTES);
      NativeBuffer hashes = hashes(run, scope);
      NativeBuffer others = hashes(run, scope);
      long id = run.firstId();
      for (int start = 0; start < run.size(); start += run.block()) {
        int n = Math.min(run.block(), run.size() - start);
        NativeBuffer block = block(labels, start, n);
        kernel.hash(block, nothing, run.sessionKey(), id, n, hashes);
        kernel.hash(block, offset, run.sessionKey(), id++, n, others);
        BitProducts.own(
            n,
            bits.slice(start / 8).bytes(),
            BitProducts.words(factors, start),
            hashes.longs(),
            others.longs(),
            0,
            run.width(),
            BitProducts.words(results, start),
            BitProducts.words(corrections, start));
      }
    }
  }

  @Override
  public void take(
      Products.Run run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer corrections,
      NativeBuffer results) {
    try (Scope scope = new Scope()) {
      NativeBuffer nothing = scope.allocate(LabelKernel.LABEL_BYTES);
      NativeBuffer hashes = hashes(run, scope);
      LongBuffer taken = scope.allocateLongs(run.block()).longs();
      long mask = (1L << run.width()) - 1;
      long id = run.firstId();
      for (int start = 0; start < run.size(); start += run.block()) {
        int n = Math.min(run.block(), run.size() - start);
        kernel.hash(block(labels, start, n), nothing, run.sessionKey(), id++, n, hashes);
        BitProducts.take(
            n,
            bits.slice(start / 8).bytes(),
            BitProducts.words(corrections, start),
            hashes.longs(),
            0,
            run.width(),
            taken);
        LongBuffer target = BitProducts.words(results, start);
        for (int i = 0; i < n; i++) {
          target.put(i, (target.get(i) + taken.get(i)) & mask);
        }
      }
    }
  }

  private static NativeBuffer hashes(Products.Run run, Scope scope) {
    return scope.allocate((long) LabelKernel.lanes(run.block()) * LabelKernel.LABEL_BYTES);
  }

  private static NativeBuffer block(NativeBuffer labels, int start, int n) {
    return labels.slice(
        (long) start * LabelKernel.LABEL_BYTES,
        (long) LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES);
  }
}
