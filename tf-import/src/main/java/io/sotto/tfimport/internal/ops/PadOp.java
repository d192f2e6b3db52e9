package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A number, mostly zero, around a tensor. */
final class PadOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Pad", "PadV2");
  }

  @Override
  public Value importNode(OpNode node) {
    Node input = node.activation(0, "input");
    int[] pads = node.knownIntegers(1, "paddings");
    float value = 0;
    if (node.op().equals("PadV2")) {
      float[] values = node.floats(2, "padding value").values();
      if (values.length != 1) {
        throw new UnsupportedNodeException("its padding value is no single number");
      }
      value = values[0];
    }
    if (pads.length != 2 * (input.shape().rank() + 1)) {
      throw new UnsupportedNodeException(
          "it has %d pads for a tensor of shape %s".formatted(pads.length, input.shape()));
    }
    if (pads[0] != 0 || pads[1] != 0) {
      throw new UnsupportedNodeException("it pads the batch");
    }
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int i = 2; i < pads.length; i += 2) {
      before.add(pads[i]);
      after.add(pads[i + 1]);
    }
    float number = value;
    return node.emit(name -> Pad.of(name, input, before, after, number));
  }
}
