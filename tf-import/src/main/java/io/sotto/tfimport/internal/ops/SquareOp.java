package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Multiply;
import io.sotto.graph.Node;
import io.sotto.tfimport.internal.ConstantMath;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** A tensor times itself. */
final class SquareOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Square");
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.input(0) instanceof Value.Floats constant) {
      return ConstantMath.map(constant, x -> x * x);
    }
    Value.Activation activation = node.pointwise(0, "input");
    Node input = activation.node();
    return node.emitLike(activation, name -> Multiply.of(name, input, input));
  }
}
