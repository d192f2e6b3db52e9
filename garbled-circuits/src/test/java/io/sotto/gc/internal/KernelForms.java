package io.sotto.gc.internal;

import io.sotto.natives.CpuFeatures;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.WireLabels;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** All forms of the kernels, and what they gave. */
public final class KernelForms {
  private KernelForms() {}

  /** The native kernel where this machine runs it, else the plain one. */
  public static LabelKernel fastest() {
    return WireLabels.available() ? LabelKernel.ofThisMachine() : new PlainLabelKernel();
  }

  /** The plain kernel, and the native one as each generation of processors that this one covers. */
  @SuppressWarnings("try") // a restriction has nothing to call
  static void forEach(Consumer<LabelKernel> test) {
    test.accept(new PlainLabelKernel());
    for (Set<CpuFeatures.Feature> features : CpuFeatures.generations()) {
      try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(features)) {
        if (WireLabels.available()) {
          test.accept(new NativeLabelKernel());
        }
      }
    }
  }

  /** The bytes of all results, one after the other. */
  static byte[] bytes(List<NativeBuffer> results) {
    ByteBuffer all =
        ByteBuffer.allocate(Math.toIntExact(results.stream().mapToLong(NativeBuffer::size).sum()));
    results.forEach(result -> all.put(result.bytes()));
    return all.array();
  }
}
