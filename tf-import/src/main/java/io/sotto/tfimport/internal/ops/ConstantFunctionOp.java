package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.ConstantMath;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A function of constants only, as batch normalisation has them. */
final class ConstantFunctionOp implements OpImporter {
  private static final Map<String, ConstantMath.Unary> FUNCTIONS =
      Map.of(
          "Rsqrt",
          x -> 1 / Math.sqrt(x),
          "Sqrt",
          Math::sqrt,
          "Reciprocal",
          x -> 1 / x,
          "Inv",
          x -> 1 / x,
          "Exp",
          Math::exp,
          "Log",
          Math::log);

  @Override
  public Set<String> ops() {
    return FUNCTIONS.keySet();
  }

  @Override
  public Value importNode(OpNode node) {
    ConstantMath.Unary function =
        Objects.requireNonNull(FUNCTIONS.get(node.op()), "registered for these only");
    if (node.input(0) instanceof Value.Floats constant) {
      return ConstantMath.map(constant, function);
    }
    throw new UnsupportedNodeException("this operation is supported on constants only");
  }
}
