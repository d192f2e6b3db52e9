package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** The handle of a variable. */
final class VarHandleOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("VarHandleOp");
  }

  @Override
  public Value importNode(OpNode node) {
    return node.variable();
  }
}
