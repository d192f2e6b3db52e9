package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Repeats a tensor to a given shape. */
final class BroadcastToOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("BroadcastTo");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.dims(0, "input");
    Value.Integers wanted = node.integers(1, "shape");
    boolean computed = node.input(0) instanceof Value.Activation;
    int[] target = new int[wanted.size()];
    for (int axis = 0; axis < target.length; axis++) {
      boolean batch =
          wanted.timesBatch(axis)
              ? wanted.value(axis) == 1
              : wanted.value(axis) == node.fixedBatch() && node.fixedBatch() > 0;
      if (axis == 0 && computed && batch && target.length == dims.length) {
        target[axis] = 1;
      } else if (wanted.timesBatch(axis) || wanted.value(axis) < 0 || (axis == 0 && computed)) {
        throw new UnsupportedNodeException("it repeats the batch, or by the batch's size");
      } else {
        target[axis] = Math.toIntExact(wanted.value(axis));
      }
    }
    return node.select(0, Selection.broadcast(dims, target));
  }
}
