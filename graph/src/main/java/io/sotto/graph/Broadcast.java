package io.sotto.graph;

import java.util.Arrays;

/**
 * Constants that repeat over a tensor as in NumPy: axes are aligned at the innermost one, and an
 * axis of size 1 or a missing one repeats.
 */
final class Broadcast {
  private Broadcast() {}

  /** Whether constants of one shape repeat to fill exactly the other one. */
  static boolean fits(Shape constants, Shape target) {
    int missing = target.rank() - constants.rank();
    if (missing < 0) {
      return false;
    }
    for (int axis = 0; axis < constants.rank(); axis++) {
      int dim = constants.dim(axis);
      if (dim != 1 && dim != target.dim(axis + missing)) {
        return false;
      }
    }
    return true;
  }

  /** One value for each element of the target. */
  static float[] expand(Weights constants, Shape target) {
    float[] from = constants.raw();
    float[] values = new float[target.elements()];
    if (from.length == 1) {
      Arrays.fill(values, from[0]);
      return values;
    }
    int missing = target.rank() - constants.shape().rank();
    int[] strides = new int[target.rank()];
    int stride = 1;
    for (int axis = target.rank() - 1; axis >= missing; axis--) {
      int dim = constants.shape().dim(axis - missing);
      strides[axis] = dim == 1 ? 0 : stride;
      stride *= dim;
    }
    for (int to = 0; to < values.length; to++) {
      int rest = to;
      int at = 0;
      for (int axis = target.rank() - 1; axis >= 0; axis--) {
        at += rest % target.dim(axis) * strides[axis];
        rest /= target.dim(axis);
      }
      values[to] = from[at];
    }
    return values;
  }
}
