package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Add;
import io.sotto.graph.BiasAdd;
import io.sotto.graph.Node;
import io.sotto.graph.Scale;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.List;
import java.util.Set;

/** The sum of two tensors; of one and a constant a channel: a bias. */
final class AddOp extends BinaryOp {

  @Override
  public Set<String> ops() {
    return Set.of("AddV2", "Add");
  }

  @Override
  float ofFloats(float left, float right) {
    return left + right;
  }

  @Override
  BatchArithmetic.Size ofIntegers(BatchArithmetic.Size left, BatchArithmetic.Size right) {
    if (left.timesBatch() != right.timesBatch() && left.value() != 0 && right.value() != 0) {
      throw new UnsupportedNodeException("it adds a number to the batch's size");
    }
    return new BatchArithmetic.Size(
        Math.addExact(left.value(), right.value()),
        left.value() == 0 ? right.timesBatch() : left.timesBatch());
  }

  @Override
  Value ofActivations(OpNode node, Elementwise.Pair pair) {
    Node sum = node.add(name -> Add.of(name, List.of(pair.left(), pair.right()), List.of(1, 1)));
    return new Value.Activation(sum, pair.rows());
  }

  @Override
  Value ofConstant(OpNode node, Elementwise.WithConstant operands, boolean constantLeft) {
    return plus(node, operands);
  }

  /** A bias where the constant is one number a channel. */
  static Value plus(OpNode node, Elementwise.WithConstant operands) {
    Node input = operands.input();
    return node.emitLike(
        operands.activation(),
        name ->
            operands.isPerChannel()
                ? BiasAdd.of(name, input, operands.perChannel())
                : Scale.plus(name, input, operands.constant()));
  }
}
