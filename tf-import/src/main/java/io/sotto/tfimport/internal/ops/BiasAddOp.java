package io.sotto.tfimport.internal.ops;

import io.sotto.graph.BiasAdd;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Adds one constant a channel. */
final class BiasAddOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("BiasAdd");
  }

  @Override
  public Value importNode(OpNode node) {
    Windows.requireChannelsLast(node);
    Weights bias = node.weights(node.floats(1, "bias"));
    Value.Activation activation = node.pointwise(0, "input");
    return node.emitLike(activation, name -> BiasAdd.of(name, activation.node(), bias));
  }
}
