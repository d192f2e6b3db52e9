package io.sotto.gc.function;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.LongBuffer;

/**
 * Constants that a carry, which is shared as a bit, is multiplied with to be shared as a number:
 * the same for all instances.
 */
public final class CarryFactors {
  private CarryFactors() {}

  /** Of the carry out of the dropped bits, which is added. */
  public static NativeBuffer one(int instances, Scope scope) {
    return all(1, instances, scope);
  }

  /** Of the last carry of a value: the same, or minus one where it is taken off y in more bits. */
  public static NativeBuffer last(ShareFunction function, int instances, Scope scope) {
    long minusOne = (1L << function.extraBits()) - 1;
    return all(function.isExtended() ? minusOne : 1, instances, scope);
  }

  /** Equal numbers. */
  public static NativeBuffer all(long value, int instances, Scope scope) {
    NativeBuffer numbers = scope.allocateLongs(instances);
    LongBuffer words = numbers.longs();
    for (int i = 0; i < instances; i++) {
      words.put(i, value);
    }
    return numbers;
  }
}
