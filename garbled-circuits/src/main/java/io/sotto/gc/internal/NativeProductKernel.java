package io.sotto.gc.internal;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;

/** The kernel in native code, for machines with AES instructions. */
final class NativeProductKernel implements ProductKernel {
  @Override
  public void own(
      Run run,
      NativeBuffer offset,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer factors,
      NativeBuffer corrections,
      NativeBuffer results) {
    Products.own(nativeRun(run), offset, labels, bits, factors, corrections, results);
  }

  @Override
  public void take(
      Run run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer corrections,
      NativeBuffer results) {
    Products.take(nativeRun(run), labels, bits, corrections, results);
  }

  private static Products.Run nativeRun(Run run) {
    return new Products.Run(run.width(), run.size(), run.block(), run.sessionKey(), run.firstId());
  }
}
