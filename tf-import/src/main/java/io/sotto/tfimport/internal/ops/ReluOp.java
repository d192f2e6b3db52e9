package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Relu;
import io.sotto.tfimport.internal.ConstantMath;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** max(x, 0). */
final class ReluOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Relu");
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.input(0) instanceof Value.Floats constant) {
      return ConstantMath.map(constant, x -> Math.max(x, 0));
    }
    Value.Activation activation = node.pointwise(0, "input");
    return node.emitLike(activation, name -> Relu.of(name, activation.node()));
  }
}
