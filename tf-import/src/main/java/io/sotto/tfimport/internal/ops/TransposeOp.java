package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** The axes of a constant in another order. */
final class TransposeOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Transpose");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] order = node.knownIntegers(1, "order of axes");
    if (Arrays.equals(order, IntStream.range(0, order.length).toArray())) {
      return node.input(0);
    }
    if (node.input(0) instanceof Value.Floats constant) {
      return transposed(constant, order);
    }
    throw new UnsupportedNodeException("only constants can be transposed");
  }

  /** Axis i of the result is axis order[i] of the constant. */
  static Value.Floats transposed(Value.Floats constant, int[] order) {
    int[] dims = constant.dims();
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, IntStream.range(0, dims.length).toArray())) {
      throw new UnsupportedNodeException(
          "%s is no order of %d axes".formatted(Arrays.toString(order), dims.length));
    }
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims[axis];
    }
    int[] newDims = Arrays.stream(order).map(axis -> dims[axis]).toArray();
    float[] values = new float[constant.values().length];
    int[] position = new int[dims.length];
    for (int to = 0; to < values.length; to++) {
      int from = 0;
      for (int axis = 0; axis < position.length; axis++) {
        from += position[axis] * strides[order[axis]];
      }
      values[to] = constant.values()[from];
      for (int axis = position.length - 1; axis >= 0 && ++position[axis] == newDims[axis]; axis--) {
        position[axis] = 0;
      }
    }
    return new Value.Floats(constant.origin(), newDims, values);
  }
}
