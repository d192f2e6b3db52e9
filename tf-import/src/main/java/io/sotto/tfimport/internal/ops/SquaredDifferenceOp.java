package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Multiply;
import io.sotto.graph.Node;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** The square of a difference. */
final class SquaredDifferenceOp extends BinaryOp {
  private final SubOp difference = new SubOp();

  @Override
  public Set<String> ops() {
    return Set.of("SquaredDifference");
  }

  @Override
  float ofFloats(float left, float right) {
    return (left - right) * (left - right);
  }

  @Override
  BatchArithmetic.Size ofIntegers(BatchArithmetic.Size left, BatchArithmetic.Size right) {
    BatchArithmetic.Size number = difference.ofIntegers(left, right);
    return BatchArithmetic.times(number, number);
  }

  @Override
  Value ofActivations(OpNode node, Elementwise.Pair pair) {
    return squared(node, difference.ofActivations(node, pair));
  }

  @Override
  Value ofConstant(OpNode node, Elementwise.WithConstant operands, boolean constantLeft) {
    return squared(node, difference.ofConstant(node, operands, constantLeft));
  }

  private static Value squared(OpNode node, Value value) {
    Value.Activation activation = (Value.Activation) value;
    Node input = activation.node();
    return node.emitLike(activation, name -> Multiply.of(name, input, input));
  }
}
