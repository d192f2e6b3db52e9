package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;
import java.util.stream.IntStream;

/** Passes its inputs on, each to a result of its own. */
final class IdentityNOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("IdentityN");
  }

  @Override
  public boolean passesOn() {
    return true;
  }

  @Override
  public Value importNode(OpNode node) {
    return new Value.Several(IntStream.range(0, node.inputCount()).mapToObj(node::input).toList());
  }
}
