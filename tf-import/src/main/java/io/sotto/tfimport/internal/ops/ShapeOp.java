package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;

/** A tensor's axes, one of them the batch. */
final class ShapeOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Shape");
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.batchAxis(0) >= 0) {
      int[] dims = node.dims(0, "input");
      boolean[] timesBatch = new boolean[dims.length];
      timesBatch[node.batchAxis(0)] = true;
      long[] values = Arrays.stream(dims).asLongStream().toArray();
      return new Value.Integers(new int[] {dims.length}, values, timesBatch);
    }
    int[] dims =
        node.input(0) instanceof Value.Integers integers
            ? integers.dims()
            : node.floats(0, "input").dims();
    return Value.Integers.of(new int[] {dims.length}, Arrays.stream(dims).asLongStream().toArray());
  }
}
