package io.sotto.tfimport.internal;

import java.util.Arrays;

/** Arithmetic of constants, in floats as TensorFlow does it, repeating axes as NumPy does. */
public final class ConstantMath {
  private ConstantMath() {}

  /** A function of one number. */
  @FunctionalInterface
  public interface Unary {
    double apply(double x);
  }

  /** A function of two numbers. */
  @FunctionalInterface
  public interface Binary {
    float apply(float left, float right);
  }

  public static Value.Floats map(Value.Floats constant, Unary function) {
    float[] values = new float[constant.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) function.apply(constant.values()[i]);
    }
    return new Value.Floats(constant.origin(), constant.dims(), values);
  }

  public static Value.Floats combine(Value.Floats left, Value.Floats right, Binary function) {
    int[] dims = broadcast(left.dims(), right.dims());
    int[] fromLeft = Selection.broadcast(left.dims(), dims).indices();
    int[] fromRight = Selection.broadcast(right.dims(), dims).indices();
    float[] values = new float[fromLeft.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = function.apply(left.values()[fromLeft[i]], right.values()[fromRight[i]]);
    }
    return new Value.Floats(left.origin(), dims, values);
  }

  /** The axes that both tensors can be repeated to. */
  public static int[] broadcast(int[] left, int[] right) {
    int[] dims = new int[Math.max(left.length, right.length)];
    for (int i = 1; i <= dims.length; i++) {
      int l = i > left.length ? 1 : left[left.length - i];
      int r = i > right.length ? 1 : right[right.length - i];
      if (l != r && l != 1 && r != 1) {
        throw new UnsupportedNodeException(
            "tensors of %s and %s do not fit"
                .formatted(Arrays.toString(left), Arrays.toString(right)));
      }
      dims[dims.length - i] = l == 1 ? r : l;
    }
    return dims;
  }

  /** Folds the axes marked; they stay with size 1. */
  public static Value.Floats reduce(Value.Floats constant, boolean[] axes, Binary function) {
    int[] from = constant.dims();
    int[] dims = from.clone();
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = axes[axis] ? 1 : dims[axis];
    }
    float[] values = new float[TensorShapes.elements(dims)];
    boolean[] begun = new boolean[values.length];
    for (int i = 0; i < constant.values().length; i++) {
      int rest = i;
      int to = 0;
      int stride = 1;
      for (int axis = from.length - 1; axis >= 0; axis--) {
        to += rest % from[axis] % dims[axis] * stride;
        rest /= from[axis];
        stride *= dims[axis];
      }
      float value = constant.values()[i];
      values[to] = begun[to] ? function.apply(values[to], value) : value;
      begun[to] = true;
    }
    return new Value.Floats(constant.origin(), dims, values);
  }
}
