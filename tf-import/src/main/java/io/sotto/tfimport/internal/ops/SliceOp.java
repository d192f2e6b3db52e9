package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;
import java.util.stream.IntStream;

/** A block of a tensor. */
final class SliceOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Slice");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.dims(0, "input");
    int[] begin = node.knownIntegers(1, "begin");
    Value.Integers size = node.integers(2, "size");
    if (begin.length != dims.length || size.size() != dims.length) {
      throw new UnsupportedNodeException(
          "it cuts %d axes of %d".formatted(begin.length, dims.length));
    }
    int[][] places = Selection.everything(dims);
    for (int axis = 0; axis < dims.length; axis++) {
      if (axis == 0 && node.input(0) instanceof Value.Activation) {
        boolean whole =
            size.timesBatch(0)
                ? size.value(0) == 1
                : size.value(0) == -1 || size.value(0) == node.fixedBatch();
        if (begin[0] != 0 || !whole) {
          throw new UnsupportedNodeException("it cuts the batch");
        }
        continue;
      }
      if (size.timesBatch(axis)) {
        throw new UnsupportedNodeException("its size depends on the batch's size");
      }
      long count = size.value(axis) == -1 ? dims[axis] - (long) begin[axis] : size.value(axis);
      if (begin[axis] < 0 || count < 0 || begin[axis] + count > dims[axis]) {
        throw new UnsupportedNodeException(
            "it takes %d from %d on of an axis of %d".formatted(count, begin[axis], dims[axis]));
      }
      places[axis] = IntStream.range(begin[axis], begin[axis] + (int) count).toArray();
    }
    return node.select(0, Selection.take(dims, places));
  }
}
