package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Relu;
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
    Node input = node.activation(0, "input");
    return node.emit(name -> Relu.of(name, input));
  }
}
