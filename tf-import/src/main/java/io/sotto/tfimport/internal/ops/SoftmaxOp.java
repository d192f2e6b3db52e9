package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Node;
import io.sotto.graph.Softmax;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Probabilities; only an output can be that. */
final class SoftmaxOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Softmax");
  }

  @Override
  public Value importNode(OpNode node) {
    Node input = node.activation(0, "input");
    return node.emit(name -> Softmax.of(name, input));
  }
}
