package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.BiasAdd;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
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
    Node input = node.activation(0, "input");
    String format = node.string("data_format", "NHWC");
    if (!format.equals("NHWC")) {
      throw new UnsupportedNodeException(
          "data_format %s is not supported, only NHWC".formatted(format));
    }
    Weights bias = node.weights(node.floats(1, "bias"));
    return node.emit(name -> BiasAdd.of(name, input, bias));
  }
}
