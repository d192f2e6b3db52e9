package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.BiasAdd;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;

/** The sum of a tensor and a constant that is the same for all positions: a bias. */
final class AddOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("AddV2", "Add");
  }

  @Override
  public Value importNode(OpNode node) {
    boolean leftComputed = node.input(0) instanceof Value.Activation;
    boolean rightComputed = node.input(1) instanceof Value.Activation;
    if (leftComputed == rightComputed) {
      throw new UnsupportedNodeException(
          "adding two %s is not supported, only a constant bias"
              .formatted(leftComputed ? "tensors" : "constants"));
    }
    Node input = node.activation(leftComputed ? 0 : 1, "input");
    Value.Floats constant = node.floats(leftComputed ? 1 : 0, "addend");
    Shape shape = input.shape();
    int[] dims = constant.dims();
    for (int axis = 0; axis < dims.length - 1; axis++) {
      if (dims[axis] != 1) {
        throw new UnsupportedNodeException(
            "it adds a constant of shape %s, which is no bias (one number a channel)"
                .formatted(Arrays.toString(dims)));
      }
    }
    float[] values = constant.values();
    if (dims.length > shape.rank() + 1 || shape.rank() == 0) {
      throw new UnsupportedNodeException(
          "it adds a constant of shape %s to a tensor of shape %s"
              .formatted(Arrays.toString(dims), shape));
    }
    if (values.length == 1 && shape.lastDim() > 1) {
      float[] repeated = new float[shape.lastDim()];
      Arrays.fill(repeated, values[0]);
      values = repeated;
    }
    Weights bias =
        node.weights(new Value.Floats(constant.origin(), new int[] {values.length}, values));
    return node.emit(name -> BiasAdd.of(name, input, bias));
  }
}
