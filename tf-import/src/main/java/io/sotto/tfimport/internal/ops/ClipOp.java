package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Clip;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Values kept between two constants. */
final class ClipOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Relu6", "ClipByValue");
  }

  @Override
  public Value importNode(OpNode node) {
    float low = node.op().equals("Relu6") ? 0 : bound(node, 1);
    float high = node.op().equals("Relu6") ? 6 : bound(node, 2);
    Value.Activation activation = node.pointwise(0, "input");
    return node.emitLike(activation, name -> Clip.of(name, activation.node(), low, high));
  }

  private static float bound(OpNode node, int index) {
    float[] values = node.floats(index, "bound").values();
    for (float value : values) {
      if (Float.compare(value, values[0]) != 0) {
        throw new UnsupportedNodeException(
            "its bounds differ from element to element", "use the same bounds for all elements");
      }
    }
    if (values.length == 0) {
      throw new UnsupportedNodeException("it has no bound");
    }
    return values[0];
  }
}
