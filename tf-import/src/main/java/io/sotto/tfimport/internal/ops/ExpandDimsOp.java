package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Node;
import io.sotto.graph.Reshape;
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
    if (node.input(0) instanceof Value.Interleaved parts) {
      return ofParts(node, parts, axis);
    }
    int[] dims = node.dims(0, "input");
    int at = OpNode.axis(axis, dims.length + 1);
    int[] expanded = Joining.expanded(dims, at);
    if (node.input(0) instanceof Value.Integers integers) {
      return integers.reshaped(expanded);
    }
    if (node.input(0) instanceof Value.Floats floats) {
      return floats.reshaped(expanded);
    }
    if (at == 0) {
      throw new UnsupportedNodeException("it puts an axis before the batch");
    }
    Node input = node.activation(0, "input");
    return node.emit(name -> Reshape.of(name, input, OpNode.withoutBatch(expanded)));
  }

  private static Value ofParts(OpNode node, Value.Interleaved parts, int axis) {
    int[] dims = OpNode.withBatch(parts.input().shape());
    int at = OpNode.axis(axis, dims.length + 1);
    if (parts.convolution() != null || at == 0 || at == dims.length) {
      throw new UnsupportedNodeException("it adds an axis to a picture cut into blocks");
    }
    Node input = node.reshape(parts.input(), OpNode.withoutBatch(Joining.expanded(dims, at)));
    return new Value.Interleaved(
        input,
        with(parts.blocks(), at - 1, 1),
        with(parts.before(), at - 1, 0),
        with(parts.after(), at - 1, 0),
        null,
        -1);
  }

  private static List<Integer> with(List<Integer> list, int at, int value) {
    List<Integer> longer = new ArrayList<>(list);
    longer.add(at, value);
    return longer;
  }
}
