package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** Axes in another order. */
final class TransposeOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Transpose");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] order = node.knownIntegers(1, "order of axes");
    if (Arrays.equals(order, IntStream.range(0, order.length).toArray())) {
      return node.input(0);
    }
    Selection selection = Selection.transpose(node.dims(0, "input"), order);
    int batchAxis = node.batchAxis(0);
    int moved =
        IntStream.range(0, order.length).filter(i -> order[i] == batchAxis).findFirst().orElse(-1);
    return node.select(0, selection, moved);
  }

  /** A matrix with rows and columns exchanged. */
  static Value.Floats turned(Value.Floats matrix) {
    Selection selection = Selection.transpose(matrix.dims(), new int[] {1, 0});
    float[] values = new float[matrix.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix.values()[selection.indices()[i]];
    }
    return new Value.Floats(matrix.origin(), selection.dims(), values);
  }
}
