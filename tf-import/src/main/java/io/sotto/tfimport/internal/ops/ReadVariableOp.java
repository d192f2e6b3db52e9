package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** The value of a variable, which stays the same for all predictions. */
final class ReadVariableOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("ReadVariableOp");
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.input(0) instanceof Value.Variable variable) {
      return variable.value().get();
    }
    throw new UnsupportedNodeException("it reads no variable of the model");
  }
}
