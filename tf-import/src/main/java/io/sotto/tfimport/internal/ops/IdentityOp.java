package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Passes its input on. */
final class IdentityOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of(
        "Identity",
        "StopGradient",
        "PreventGradient",
        "Snapshot",
        "EnsureShape",
        "CheckNumerics",
        "PlaceholderWithDefault");
  }

  @Override
  public boolean passesOn() {
    return true;
  }

  @Override
  public Value importNode(OpNode node) {
    return node.input(0);
  }
}
