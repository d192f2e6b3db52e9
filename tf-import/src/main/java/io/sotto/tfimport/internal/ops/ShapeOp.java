package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;

/** A tensor's axes, the first of them the batch. */
final class ShapeOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Shape");
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.input(0) instanceof Value.Activation) {
      Shape shape = node.activation(0, "input").shape();
      long[] values = new long[shape.rank() + 1];
      boolean[] timesBatch = new boolean[values.length];
      values[0] = 1;
      timesBatch[0] = true;
      for (int axis = 0; axis < shape.rank(); axis++) {
        values[axis + 1] = shape.dim(axis);
      }
      return new Value.Integers(new int[] {values.length}, values, timesBatch);
    }
    int[] dims =
        node.input(0) instanceof Value.Integers integers
            ? integers.dims()
            : node.floats(0, "input").dims();
    return Value.Integers.of(new int[] {dims.length}, Arrays.stream(dims).asLongStream().toArray());
  }
}
