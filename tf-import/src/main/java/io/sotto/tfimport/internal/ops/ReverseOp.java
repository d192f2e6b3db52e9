package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;

/** Turns axes around. */
final class ReverseOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("ReverseV2");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.dims(0, "input");
    int[][] places = Selection.everything(dims);
    for (int number : node.knownIntegers(1, "axes")) {
      int axis = OpNode.axis(number, dims.length);
      if (axis == 0 && node.input(0) instanceof Value.Activation) {
        throw new UnsupportedNodeException("it turns the batch around");
      }
      places[axis] = Arrays.stream(places[axis]).map(i -> dims[axis] - 1 - i).toArray();
    }
    return node.select(0, Selection.take(dims, places));
  }
}
