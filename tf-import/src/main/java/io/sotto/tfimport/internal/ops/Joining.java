package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.Gather;
import io.sotto.tfimport.graph.Indices;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Shape;
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
    return joined(node, dims, OpNode.axis(axis, dims.get(0).length));
  }

  /** Along a new axis. */
  static Value stack(OpNode node, int parts, long axis) {
    List<int[]> dims = dims(node, parts);
    int at = OpNode.axis(axis, dims.get(0).length + 1);
    List<int[]> expanded = dims.stream().map(part -> expanded(part, at)).toList();
    return joined(node, expanded, at);
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

  private static Value joined(OpNode node, List<int[]> dims, int axis) {
    Selection selection = Selection.concatenate(dims, axis);
    if (node.input(0) instanceof Value.Integers) {
      return integers(node, dims.size(), selection);
    }
    if (node.input(0) instanceof Value.Floats first) {
      return floats(node, first.origin(), dims.size(), selection);
    }
    if (axis == 0) {
      throw new UnsupportedNodeException("it joins along the batch");
    }
    List<Node> inputs = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      if (!(node.input(i) instanceof Value.Activation)) {
        throw new UnsupportedNodeException(
            "it joins a constant to a tensor", "add the constant behind a padding with zeros");
      }
      inputs.add(node.activation(i, "input"));
    }
    Shape shape = OpNode.withoutBatch(selection.dims());
    Indices indices = Indices.of(selection.indices());
    return node.emit(name -> Gather.of(name, inputs, shape, indices));
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
