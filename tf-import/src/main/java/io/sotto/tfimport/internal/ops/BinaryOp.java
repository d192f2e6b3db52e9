package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.ConstantMath;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;

/** An operation on two tensors, element by element; either may be constant, or both. */
abstract class BinaryOp implements OpImporter {

  @Override
  public Value importNode(OpNode node) {
    Value left = node.input(0);
    Value right = node.input(1);
    if (left instanceof Value.Integers leftInts && right instanceof Value.Integers rightInts) {
      return BatchArithmetic.combine(leftInts, rightInts, this::ofIntegers);
    }
    if (left instanceof Value.Floats leftFloats && right instanceof Value.Floats rightFloats) {
      return ConstantMath.combine(leftFloats, rightFloats, this::ofFloats);
    }
    if (left instanceof Value.Activation && right instanceof Value.Activation) {
      return ofActivations(node, Elementwise.pair(node));
    }
    boolean constantLeft = left instanceof Value.Floats;
    if (!constantLeft && !(right instanceof Value.Floats)) {
      throw new UnsupportedNodeException("its operands are not known before a prediction");
    }
    Value.Floats constant = node.floats(constantLeft ? 0 : 1, "operand");
    return ofConstant(
        node, Elementwise.withConstant(node, constantLeft ? 1 : 0, constant), constantLeft);
  }

  abstract float ofFloats(float left, float right);

  abstract BatchArithmetic.Size ofIntegers(BatchArithmetic.Size left, BatchArithmetic.Size right);

  abstract Value ofActivations(OpNode node, Elementwise.Pair pair);

  /** Of an activation and a constant, which is the left operand or the right one. */
  abstract Value ofConstant(OpNode node, Elementwise.WithConstant operands, boolean constantLeft);
}
