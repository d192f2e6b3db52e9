package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Add;
import io.sotto.graph.Node;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.List;
import java.util.Set;

/** The difference of two tensors, or of one and a constant. */
final class SubOp extends BinaryOp {

  @Override
  public Set<String> ops() {
    return Set.of("Sub");
  }

  @Override
  float ofFloats(float left, float right) {
    return left - right;
  }

  @Override
  BatchArithmetic.Size ofIntegers(BatchArithmetic.Size left, BatchArithmetic.Size right) {
    return BatchArithmetic.Size.known(
        Math.subtractExact(BatchArithmetic.known(left), BatchArithmetic.known(right)));
  }

  @Override
  Value ofActivations(OpNode node, Elementwise.Pair pair) {
    Node difference =
        node.add(name -> Add.of(name, List.of(pair.left(), pair.right()), List.of(1, -1)));
    return new Value.Activation(difference, pair.rows());
  }

  @Override
  Value ofConstant(OpNode node, Elementwise.WithConstant operands, boolean constantLeft) {
    if (constantLeft) {
      Weights minusOne = Weights.of(Shape.of(), -1);
      return node.emitLike(
          operands.activation(),
          name -> Scale.of(name, operands.input(), minusOne, operands.constant()));
    }
    float[] negated = operands.constant().toArray();
    for (int i = 0; i < negated.length; i++) {
      negated[i] = -negated[i];
    }
    Weights offset = Weights.of(operands.constant().shape(), negated);
    return AddOp.plus(node, new Elementwise.WithConstant(operands.activation(), offset));
  }
}
