package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Scale;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** A tensor divided by a constant. */
final class DivOp extends BinaryOp {

  @Override
  public Set<String> ops() {
    return Set.of("RealDiv", "Div", "FloorDiv");
  }

  @Override
  float ofFloats(float left, float right) {
    return left / right;
  }

  @Override
  BatchArithmetic.Size ofIntegers(BatchArithmetic.Size left, BatchArithmetic.Size right) {
    long divisor = BatchArithmetic.known(right);
    if (divisor == 0 || (left.timesBatch() && left.value() % divisor != 0)) {
      throw new UnsupportedNodeException("it divides a shape by " + divisor);
    }
    return new BatchArithmetic.Size(Math.floorDiv(left.value(), divisor), left.timesBatch());
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.op().equals("FloorDiv") && !(node.input(0) instanceof Value.Integers)) {
      throw new UnsupportedNodeException("rounding down is not supported on tensors");
    }
    return super.importNode(node);
  }

  @Override
  Value ofActivations(OpNode node, Elementwise.Pair pair) {
    throw new UnsupportedNodeException(
        "dividing one tensor by another is not supported", "divide by a constant");
  }

  @Override
  Value ofConstant(OpNode node, Elementwise.WithConstant operands, boolean constantLeft) {
    if (constantLeft) {
      throw new UnsupportedNodeException(
          "dividing a constant by a tensor is not supported", "divide by a constant");
    }
    float[] factors = operands.constant().toArray();
    for (int i = 0; i < factors.length; i++) {
      factors[i] = 1 / factors[i];
      if (!Float.isFinite(factors[i])) {
        throw new UnsupportedNodeException("it divides by zero");
      }
    }
    Weights factor = Weights.of(operands.constant().shape(), factors);
    return node.emitLike(
        operands.activation(), name -> Scale.times(name, operands.input(), factor));
  }
}
