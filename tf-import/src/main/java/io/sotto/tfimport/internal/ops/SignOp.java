package io.sotto.tfimport.internal.ops;

import io.sotto.graph.LeakyRelu;
import io.sotto.graph.Node;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.ConstantMath;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** A tensor with its sign turned, or without it. */
final class SignOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Neg", "Abs");
  }

  @Override
  public Value importNode(OpNode node) {
    boolean negate = node.op().equals("Neg");
    if (node.input(0) instanceof Value.Floats constant) {
      return ConstantMath.map(constant, x -> negate ? -x : Math.abs(x));
    }
    if (node.input(0) instanceof Value.Integers integers) {
      return BatchArithmetic.combine(
          integers,
          integers,
          (x, same) ->
              new BatchArithmetic.Size(negate ? -x.value() : Math.abs(x.value()), x.timesBatch()));
    }
    Value.Activation activation = node.pointwise(0, "input");
    Node input = activation.node();
    Weights minusOne = Weights.of(Shape.of(), -1);
    // |x| is a leaky ReLU whose slope is -1.
    return node.emitLike(
        activation,
        name -> negate ? Scale.times(name, input, minusOne) : LeakyRelu.of(name, input, minusOne));
  }
}
