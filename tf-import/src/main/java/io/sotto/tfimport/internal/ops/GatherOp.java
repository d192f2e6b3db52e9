package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** Takes numbered slices along an axis, the numbers being constants. */
final class GatherOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("GatherV2");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.dims(0, "input");
    int axis = OpNode.axis(node.knownInteger(2, "axis"), dims.length);
    Value.Integers numbers = node.integers(1, "row of indices");
    int[] indices = node.knownIntegers(1, "row of indices");
    if (node.integer("batch_dims", 0) != 0
        || (axis == 0 && node.input(0) instanceof Value.Activation)) {
      throw new UnsupportedNodeException("it takes slices of the batch");
    }
    for (int index : indices) {
      if (index < 0 || index >= dims[axis]) {
        throw new UnsupportedNodeException(
            "it takes number %d of an axis of %d".formatted(index, dims[axis]));
      }
    }
    int[][] places = Selection.everything(dims);
    places[axis] = indices;
    int[] newDims =
        IntStream.concat(
                IntStream.concat(Arrays.stream(dims).limit(axis), Arrays.stream(numbers.dims())),
                Arrays.stream(dims).skip(axis + 1L))
            .toArray();
    return node.select(0, Selection.take(dims, places).reshaped(newDims));
  }
}
