package io.sotto.gc.internal;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;

/** The kernel in native code, for machines with AES instructions. */
final class NativeProductKernel implements ProductKernel {
  @Override
  public void own(
      Products.Run run,
      NativeBuffer offset,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer factors,
      NativeBuffer corrections,
      NativeBuffer results) {
    Products.own(run, offset, labels, bits, factors, corrections, results);
  }

  @Override
  public void take(
      Products.Run run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer corrections,
      NativeBuffer results) {
    Products.take(run, labels, bits, corrections, results);
  }
}
