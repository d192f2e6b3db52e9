package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Node;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Joins the first inputs of a node along an axis: all activations, or all constants. */
final class Joining {
  private Joining() {}

  static Value join(OpNode node, int parts, int axis) {
    List<int[]> dims = dims(node, parts);
    return joined(node, dims, OpNode.axis(axis, dims.get(0).length), node.batchAxis(0));
  }

  /** Along a new axis. */
  static Value stack(OpNode node, int parts, long axis) {
    List<int[]> dims = dims(node, parts);
    int at = OpNode.axis(axis, dims.get(0).length + 1);
    List<int[]> expanded = dims.stream().map(part -> expanded(part, at)).toList();
    int batchAxis = node.batchAxis(0);
    return joined(node, expanded, at, at <= batchAxis ? batchAxis + 1 : batchAxis);
  }

  static int[] expanded(int[] dims, int at) {
    return IntStream.concat(
            IntStream.concat(Arrays.stream(dims).limit(at), IntStream.of(1)),
            Arrays.stream(dims).skip(at))
        .toArray();
  }

  private static List<int[]> dims(OpNode node, int parts) {
    if (parts < 1) {
      throw new UnsupportedNodeException("it joins nothing");
    }
    List<int[]> dims = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      dims.add(node.dims(i, "input"));
    }
    return dims;
  }

  /** The batch axis is that of the result. */
  private static Value joined(OpNode node, List<int[]> dims, int axis, int batchAxis) {
    Selection selection = Selection.concatenate(dims, axis);
    if (node.input(0) instanceof Value.Integers) {
      return integers(node, dims.size(), selection);
    }
    if (node.input(0) instanceof Value.Floats first) {
      return floats(node, first.origin(), dims.size(), selection);
    }
    if (axis == batchAxis) {
      throw new UnsupportedNodeException("it joins along the batch");
    }
    List<Node> inputs = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      if (node.batchAxis(i) < 0) {
        throw new UnsupportedNodeException(
            "it joins a constant to a tensor", "add the constant behind a padding with zeros");
      }
      if (node.batchAxis(i) != node.batchAxis(0)) {
        throw new UnsupportedNodeException("it joins tensors with the batch at different axes");
      }
      inputs.add(node.wherever(i, "input"));
    }
    return OpNode.withBatchAt(batchAxis, node.gather(inputs, selection, batchAxis));
  }

  private static Value integers(OpNode node, int parts, Selection selection) {
    long[] values = new long[selection.indices().length];
    boolean[] timesBatch = new boolean[values.length];
    int at = 0;
    for (int i = 0; i < parts; i++) {
      Value.Integers part = node.integers(i, "input");
      for (int j = 0; j < part.size(); j++, at++) {
        values[at] = part.value(j);
        timesBatch[at] = part.timesBatch(j);
      }
    }
    return new Value.Integers(new int[] {at}, values, timesBatch)
        .select(selection.dims(), selection.indices());
  }

  private static Value floats(OpNode node, String origin, int parts, Selection selection) {
    float[] all = new float[selection.indices().length];
    int at = 0;
    for (int i = 0; i < parts; i++) {
      float[] part = node.floats(i, "input").values();
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    float[] values = new float[all.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = all[selection.indices()[i]];
    }
    return new Value.Floats(origin, selection.dims(), values);
  }
}
