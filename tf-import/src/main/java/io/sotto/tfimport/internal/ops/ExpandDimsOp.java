package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Reshape;
import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Adds an axis of size one. */
final class ExpandDimsOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("ExpandDims");
  }

  @Override
  public Value importNode(OpNode node) {
    int axis = node.knownInteger(1, "axis");
    Value input = node.input(0);
    if (input instanceof Value.Activation activation) {
      Node tensor = activation.node();
      List<Integer> dims = new ArrayList<>(tensor.shape().dims());
      int at = position(axis, dims.size() + 1);
      if (at == 0) {
        throw new UnsupportedNodeException("it puts an axis before the batch");
      }
      dims.add(at - 1, 1);
      return node.emit(name -> Reshape.of(name, tensor, new Shape(dims)));
    }
    if (input instanceof Value.Integers integers) {
      return integers.reshaped(expanded(integers.dims(), axis));
    }
    Value.Floats floats = node.floats(0, "input");
    return floats.reshaped(expanded(floats.dims(), axis));
  }

  private static int[] expanded(int[] dims, int axis) {
    int at = position(axis, dims.length);
    int[] expanded = new int[dims.length + 1];
    for (int i = 0; i < expanded.length; i++) {
      expanded[i] = i < at ? dims[i] : i == at ? 1 : dims[i - 1];
    }
    return expanded;
  }

  private static int position(int axis, int rank) {
    int at = axis < 0 ? axis + rank + 1 : axis;
    if (at < 0 || at > rank) {
      throw new UnsupportedNodeException("it puts an axis at %d of %d axes".formatted(axis, rank));
    }
    return at;
  }
}
