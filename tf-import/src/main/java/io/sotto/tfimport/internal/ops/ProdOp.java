package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** The product of the numbers of a shape. */
final class ProdOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Prod");
  }

  @Override
  public Value importNode(OpNode node) {
    Value.Integers shape = node.integers(0, "input");
    int[] axes = node.knownIntegers(1, "axis");
    if (shape.dims().length != 1 || axes.length != 1 || (axes[0] != 0 && axes[0] != -1)) {
      throw new UnsupportedNodeException("it multiplies tensors other than the numbers of a shape");
    }
    long product = 1;
    boolean timesBatch = false;
    for (int i = 0; i < shape.size(); i++) {
      product = BatchArithmetic.times(product, shape.value(i));
      timesBatch = BatchArithmetic.timesBatch(timesBatch, shape.timesBatch(i));
    }
    int[] dims = node.bool("keep_dims") ? new int[] {1} : new int[0];
    return new Value.Integers(dims, new long[] {product}, new boolean[] {timesBatch});
  }
}
