package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.ConstantMath;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.function.BinaryOperator;

/** Arithmetic of numbers some of which are multiples of the unknown size of the batch. */
final class BatchArithmetic {
  private BatchArithmetic() {}

  /** A number, or a number times the batch's size. */
  record Size(long value, boolean timesBatch) {
    static Size known(long value) {
      return new Size(value, false);
    }
  }

  static Size times(Size left, Size right) {
    if (left.timesBatch && right.timesBatch) {
      throw new UnsupportedNodeException("it multiplies the batch's size by itself");
    }
    return new Size(times(left.value, right.value), left.timesBatch || right.timesBatch);
  }

  static long times(long left, long right) {
    try {
      return Math.multiplyExact(left, right);
    } catch (ArithmeticException e) {
      throw new UnsupportedNodeException("its result is too large for a shape");
    }
  }

  /** A number that does not depend on the batch's size. */
  static long known(Size number) {
    if (number.timesBatch) {
      throw new UnsupportedNodeException("its result depends on the batch's size");
    }
    return number.value;
  }

  static Value.Integers combine(
      Value.Integers left, Value.Integers right, BinaryOperator<Size> function) {
    int[] dims = ConstantMath.broadcast(left.dims(), right.dims());
    int[] fromLeft = Selection.broadcast(left.dims(), dims).indices();
    int[] fromRight = Selection.broadcast(right.dims(), dims).indices();
    long[] values = new long[fromLeft.length];
    boolean[] timesBatch = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      Size result = function.apply(number(left, fromLeft[i]), number(right, fromRight[i]));
      values[i] = result.value;
      timesBatch[i] = result.timesBatch;
    }
    return new Value.Integers(dims, values, timesBatch);
  }

  static Size number(Value.Integers integers, int index) {
    return new Size(integers.value(index), integers.timesBatch(index));
  }
}
