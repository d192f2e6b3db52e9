package io.sotto.tfimport.internal.ops;

import io.sotto.graph.AvgPool;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Node;
import io.sotto.graph.Window;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** The largest value or the mean of windows. */
final class PoolOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("MaxPool", "AvgPool");
  }

  @Override
  public Value importNode(OpNode node) {
    Windows.requireChannelsLast(node);
    Node input = node.activation(0, "input");
    Step size = Windows.step(node, "ksize");
    Step stride = Windows.step(node, "strides");
    if (input.shape().rank() != 3) {
      throw new UnsupportedNodeException(
          "its input of shape %s is no picture".formatted(input.shape()));
    }
    Window window =
        new Window(size, stride, Windows.pads(node, input.shape(), size, stride, Step.ONE));
    return node.emit(
        name ->
            node.op().equals("MaxPool")
                ? MaxPool.of(name, input, window)
                : AvgPool.of(name, input, window));
  }
}
