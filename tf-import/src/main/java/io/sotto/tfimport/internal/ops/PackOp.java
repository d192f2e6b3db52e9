package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Stacks tensors, or puts the numbers of a shape into a row. */
final class PackOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Pack");
  }

  @Override
  public Value importNode(OpNode node) {
    return Joining.stack(node, node.inputCount(), node.integer("axis", 0));
  }
}
