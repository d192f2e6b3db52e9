package io.sotto.tfimport.internal.ops;

import io.sotto.graph.LeakyRelu;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** x where it is positive, else a part of it. */
final class LeakyReluOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("LeakyRelu");
  }

  @Override
  public Value importNode(OpNode node) {
    Weights slope = Weights.of(Shape.of(), node.number("alpha", 0.2f));
    Value.Activation activation = node.pointwise(0, "input");
    return node.emitLike(activation, name -> LeakyRelu.of(name, activation.node(), slope));
  }
}
