package io.sotto.benchmarks;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Residues of 39 bits to the wire's form and back; counted are the bytes on the wire. */
public class PackBenchmark extends KernelBenchmark {
  static final int BITS = 39;
  static final int COUNT = 1 << 14;
  static final int BYTES = COUNT / 8 * BITS;

  private final NativeBuffer packed = memory.bytes(BYTES);
  private final NativeBuffer values = scope.allocate((long) COUNT * Long.BYTES);

  public PackBenchmark() {
    unpack();
  }

  @Benchmark
  @OperationsPerInvocation(BYTES)
  public NativeBuffer pack() {
    PackKernel.pack(values, COUNT, BITS, packed);
    return packed;
  }

  @Benchmark
  @OperationsPerInvocation(BYTES)
  public final boolean unpack() {
    return PackKernel.unpack(packed, COUNT, BITS, 1L << BITS, values);
  }
}
