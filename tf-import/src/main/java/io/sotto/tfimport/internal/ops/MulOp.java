package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Multiply;
import io.sotto.graph.Node;
import io.sotto.graph.Scale;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** The product of two tensors, or of one and a constant. */
final class MulOp extends BinaryOp {

  @Override
  public Set<String> ops() {
    return Set.of("Mul");
  }

  @Override
  float ofFloats(float left, float right) {
    return left * right;
  }

  @Override
  BatchArithmetic.Size ofIntegers(BatchArithmetic.Size left, BatchArithmetic.Size right) {
    return BatchArithmetic.times(left, right);
  }

  @Override
  Value ofActivations(OpNode node, Elementwise.Pair pair) {
    Node product = node.add(name -> Multiply.of(name, pair.left(), pair.right()));
    return new Value.Activation(product, pair.rows());
  }

  @Override
  Value ofConstant(OpNode node, Elementwise.WithConstant operands, boolean constantLeft) {
    return node.emitLike(
        operands.activation(), name -> Scale.times(name, operands.input(), operands.constant()));
  }
}
