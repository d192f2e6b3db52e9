package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** Repeats a tensor along its axes. */
final class TileOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Tile");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.dims(0, "input");
    int[] times = node.knownIntegers(1, "multiples");
    if (times.length != dims.length || Arrays.stream(times).anyMatch(count -> count < 0)) {
      throw new UnsupportedNodeException(
          "it repeats %d axes of %d".formatted(times.length, dims.length));
    }
    if (node.input(0) instanceof Value.Activation && times[0] != 1) {
      throw new UnsupportedNodeException("it repeats the batch");
    }
    int[][] places = new int[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      int size = dims[axis];
      Selection.requireSize((long) size * times[axis]);
      places[axis] = IntStream.range(0, size * times[axis]).map(i -> i % size).toArray();
    }
    return node.select(0, Selection.take(dims, places));
  }
}
