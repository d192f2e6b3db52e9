package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Joins parts of a shape. */
final class ConcatOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("ConcatV2");
  }

  @Override
  public Value importNode(OpNode node) {
    int parts = node.inputCount() - 1;
    int axis = node.knownInteger(parts, "axis");
    List<Value.Integers> shapes = new ArrayList<>();
    int size = 0;
    for (int i = 0; i < parts; i++) {
      if (node.input(i) instanceof Value.Activation) {
        throw new UnsupportedNodeException("joining tensors is not supported");
      }
      Value.Integers shape = node.integers(i, "input");
      if (shape.dims().length != 1 || (axis != 0 && axis != -1)) {
        throw new UnsupportedNodeException("it joins tensors other than parts of a shape");
      }
      shapes.add(shape);
      size += shape.size();
    }
    long[] values = new long[size];
    boolean[] timesBatch = new boolean[size];
    int at = 0;
    for (Value.Integers shape : shapes) {
      for (int i = 0; i < shape.size(); i++, at++) {
        values[at] = shape.value(i);
        timesBatch[at] = shape.timesBatch(i);
      }
    }
    return new Value.Integers(new int[] {size}, values, timesBatch);
  }
}
