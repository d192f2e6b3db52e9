package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Multiply;
import io.sotto.graph.Node;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Squares; other powers of constants only. */
final class PowerOp extends BinaryOp {

  @Override
  public Set<String> ops() {
    return Set.of("Pow");
  }

  @Override
  float ofFloats(float left, float right) {
    return (float) Math.pow(left, right);
  }

  @Override
  BatchArithmetic.Size ofIntegers(BatchArithmetic.Size left, BatchArithmetic.Size right) {
    throw new UnsupportedNodeException("powers of integers are not supported");
  }

  @Override
  Value ofActivations(OpNode node, Elementwise.Pair pair) {
    throw new UnsupportedNodeException(
        "an exponent that is computed is not supported", "use a constant exponent of 2");
  }

  @Override
  Value ofConstant(OpNode node, Elementwise.WithConstant operands, boolean constantLeft) {
    Weights exponents = operands.constant();
    for (int i = 0; i < exponents.size(); i++) {
      if (constantLeft || exponents.at(i) != 2) {
        throw new UnsupportedNodeException(
            "powers other than the square are not supported", "multiply, or use an exponent of 2");
      }
    }
    Node input = operands.input();
    return node.emitLike(operands.activation(), name -> Multiply.of(name, input, input));
  }
}
