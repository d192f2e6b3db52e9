package io.sotto.gc.internal;

import io.sotto.natives.GarbleKernel;
import io.sotto.natives.NativeBuffer;

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
    GarbleKernel.ownProducts(nativeRun(run), offset, labels, bits, factors, corrections, results);
  }

  @Override
  public void take(
      Run run,
      NativeBuffer labels,
      NativeBuffer bits,
      NativeBuffer corrections,
      NativeBuffer results) {
    GarbleKernel.takeProducts(nativeRun(run), labels, bits, corrections, results);
  }

  private static GarbleKernel.ProductRun nativeRun(Run run) {
    return new GarbleKernel.ProductRun(
        run.width(), run.size(), run.block(), run.sessionKey(), run.firstId());
  }
}
