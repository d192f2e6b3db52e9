package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** The product of two numbers, or rows of numbers, of shapes. */
final class MulOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Mul");
  }

  @Override
  public Value importNode(OpNode node) {
    if (!(node.input(0) instanceof Value.Integers left)
        || !(node.input(1) instanceof Value.Integers right)) {
      throw new UnsupportedNodeException("this operation is not supported on tensors");
    }
    if (left.size() != right.size() && left.size() != 1 && right.size() != 1) {
      throw new UnsupportedNodeException("its inputs differ in size");
    }
    int size = left.size() == 1 ? right.size() : left.size();
    long[] values = new long[size];
    boolean[] timesBatch = new boolean[size];
    for (int i = 0; i < size; i++) {
      int l = left.size() == 1 ? 0 : i;
      int r = right.size() == 1 ? 0 : i;
      values[i] = BatchArithmetic.times(left.value(l), right.value(r));
      timesBatch[i] = BatchArithmetic.timesBatch(left.timesBatch(l), right.timesBatch(r));
    }
    int[] dims = left.dims().length >= right.dims().length ? left.dims() : right.dims();
    return new Value.Integers(dims.length == 0 ? dims : new int[] {size}, values, timesBatch);
  }
}
