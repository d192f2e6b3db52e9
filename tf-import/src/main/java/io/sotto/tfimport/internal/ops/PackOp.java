package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Puts the numbers of a shape into a row. */
final class PackOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Pack");
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.integer("axis", 0) != 0) {
      throw new UnsupportedNodeException("it stacks along an axis other than the first");
    }
    long[] values = new long[node.inputCount()];
    boolean[] timesBatch = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      Value.Integers number = node.integers(i, "input");
      if (number.dims().length != 0) {
        throw new UnsupportedNodeException("it stacks tensors other than the numbers of a shape");
      }
      values[i] = number.value(0);
      timesBatch[i] = number.timesBatch(0);
    }
    return new Value.Integers(new int[] {values.length}, values, timesBatch);
  }
}
