package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** A constant of the graph. */
final class ConstOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Const");
  }

  @Override
  public Value importNode(OpNode node) {
    return node.constant();
  }
}
