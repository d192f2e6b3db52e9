package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Joins tensors, or parts of a shape. */
final class ConcatOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("ConcatV2");
  }

  @Override
  public Value importNode(OpNode node) {
    int parts = node.inputCount() - 1;
    return Joining.join(node, parts, node.knownInteger(parts, "axis"));
  }
}
