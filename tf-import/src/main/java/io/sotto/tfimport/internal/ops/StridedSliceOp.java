package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;
import java.util.stream.IntStream;

/** One number, or a part, of a shape. */
final class StridedSliceOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("StridedSlice");
  }

  @Override
  public Value importNode(OpNode node) {
    Value.Integers shape = node.integers(0, "input");
    int[] begin = node.knownIntegers(1, "begin");
    int[] end = node.knownIntegers(2, "end");
    int[] strides = node.knownIntegers(3, "stride");
    if (shape.dims().length != 1
        || begin.length != 1
        || end.length != 1
        || strides.length != 1
        || strides[0] == 0
        || node.integer("ellipsis_mask", 0) != 0
        || node.integer("new_axis_mask", 0) != 0) {
      throw new UnsupportedNodeException("it cuts more than a part of a shape");
    }
    int size = shape.size();
    int stride = strides[0];
    if (node.integer("shrink_axis_mask", 0) != 0) {
      int index = begin[0] < 0 ? begin[0] + size : begin[0];
      if (index < 0 || index >= size) {
        throw new UnsupportedNodeException(
            "it takes number %d of a shape of %d axes".formatted(begin[0], size));
      }
      return shape.select(new int[0], index);
    }
    boolean forward = stride > 0;
    int low = forward ? 0 : -1;
    int high = forward ? size : size - 1;
    int from =
        node.integer("begin_mask", 0) != 0
            ? (forward ? low : high)
            : clamp(begin[0], size, low, high);
    int to =
        node.integer("end_mask", 0) != 0 ? (forward ? high : low) : clamp(end[0], size, low, high);
    int[] indices =
        IntStream.iterate(from, i -> forward ? i < to : i > to, i -> i + stride).toArray();
    return shape.select(new int[] {indices.length}, indices);
  }

  private static int clamp(int index, int size, int low, int high) {
    return Math.max(low, Math.min(high, index < 0 ? index + size : index));
  }
}
