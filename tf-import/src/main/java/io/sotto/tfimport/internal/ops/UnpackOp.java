package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Cuts a tensor along an axis into slices without that axis. */
final class UnpackOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Unpack");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.dims(0, "input");
    int axis = OpNode.axis(node.integer("axis", 0), dims.length);
    int batchAxis = node.batchAxis(0);
    if (axis == batchAxis) {
      throw new UnsupportedNodeException("it cuts the batch");
    }
    int[] rest = IntStream.range(0, dims.length).filter(i -> i != axis).map(i -> dims[i]).toArray();
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < dims[axis]; i++) {
      int[][] places = Selection.everything(dims);
      places[axis] = new int[] {i};
      parts.add(
          node.select(
              0,
              Selection.take(dims, places).reshaped(rest),
              batchAxis - (axis < batchAxis ? 1 : 0)));
    }
    return new Value.Several(parts);
  }
}
