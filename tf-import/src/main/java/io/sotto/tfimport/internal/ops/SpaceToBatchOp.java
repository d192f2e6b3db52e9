package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Node;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts a picture into interleaved parts, for a convolution with a dilation. */
final class SpaceToBatchOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("SpaceToBatchND");
  }

  @Override
  public Value importNode(OpNode node) {
    Node input = node.activation(0, "input");
    int[] blocks = node.knownIntegers(1, "block shape");
    int[] pads = node.knownIntegers(2, "paddings");
    if (blocks.length != input.shape().rank() - 1 || pads.length != 2 * blocks.length) {
      throw new UnsupportedNodeException("it cuts the channels of %s".formatted(input.shape()));
    }
    List<Integer> distances = new ArrayList<>();
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int axis = 0; axis < blocks.length; axis++) {
      distances.add(Windows.size(blocks[axis]));
      before.add(Windows.size(pads[2 * axis]));
      after.add(Windows.size(pads[2 * axis + 1]));
    }
    return new Value.Interleaved(input, distances, before, after, null, -1);
  }
}
