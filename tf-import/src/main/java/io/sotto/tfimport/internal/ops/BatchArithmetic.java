package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.UnsupportedNodeException;

/** Products of numbers some of which are multiples of the unknown size of the batch. */
final class BatchArithmetic {
  private BatchArithmetic() {}

  static long times(long left, long right) {
    try {
      return Math.multiplyExact(left, right);
    } catch (ArithmeticException e) {
      throw new UnsupportedNodeException("its result is too large for a shape");
    }
  }

  static boolean timesBatch(boolean left, boolean right) {
    if (left && right) {
      throw new UnsupportedNodeException("it multiplies the batch's size by itself");
    }
    return left || right;
  }
}
