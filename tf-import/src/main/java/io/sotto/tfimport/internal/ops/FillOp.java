package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;

/** A constant of a given shape, all elements the same. */
final class FillOp implements OpImporter {
  private static final int LARGEST = 1 << 24;

  @Override
  public Set<String> ops() {
    return Set.of("Fill");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.knownIntegers(0, "shape");
    long elements = 1;
    for (int dim : dims) {
      elements = dim < 0 || elements > LARGEST ? Long.MAX_VALUE : elements * dim;
    }
    if (elements > LARGEST) {
      throw new UnsupportedNodeException("its shape is impossible or too large");
    }
    int count = (int) elements;
    if (node.input(1) instanceof Value.Integers number && number.size() == 1) {
      return number.select(dims, new int[count]);
    }
    Value.Floats number = node.floats(1, "value");
    if (number.values().length != 1) {
      throw new UnsupportedNodeException("its value is no single number");
    }
    float[] values = new float[count];
    Arrays.fill(values, number.values()[0]);
    return new Value.Floats(number.origin(), dims, values);
  }
}
