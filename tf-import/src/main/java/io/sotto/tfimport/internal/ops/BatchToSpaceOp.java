package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Puts the interleaved parts of a picture together after a convolution, which had a dilation then.
 */
final class BatchToSpaceOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("BatchToSpaceND");
  }

  @Override
  public Value importNode(OpNode node) {
    if (!(node.input(0) instanceof Value.Interleaved parts)
        || parts.convolution() == null
        || parts.blocks().size() != 2) {
      throw new UnsupportedNodeException(
          "it is not the end of a convolution with a dilation", "use dilation_rate of Conv2D");
    }
    int[] blocks = node.knownIntegers(1, "block shape");
    int[] crops = node.knownIntegers(2, "crops");
    List<Integer> distances = new ArrayList<>(parts.blocks());
    int axis = parts.squeezed();
    if (axis >= 0) {
      distances.remove(axis);
    }
    if (!distances.equals(Arrays.stream(blocks).boxed().toList())
        || crops.length != 2 * blocks.length) {
      throw new UnsupportedNodeException("its blocks are not those that the picture was cut into");
    }
    int[] rest = new int[4];
    int from = 0;
    for (int i = 0; i < 2; i++) {
      boolean removed = i == axis;
      // With a stride of one, what is cut off the result are pads that need not be added.
      rest[2 * i] = parts.before().get(i) - (removed ? 0 : crops[from++]);
      rest[2 * i + 1] = parts.after().get(i) - (removed ? 0 : crops[from++]);
    }
    if (Arrays.stream(rest).anyMatch(pad -> pad < 0)) {
      throw new UnsupportedNodeException("it cuts off more than was added before");
    }
    Node convolved = convolution(node, parts, parts.convolution(), rest);
    if (axis < 0) {
      return new Value.Activation(convolved);
    }
    List<Integer> dims = new ArrayList<>(convolved.shape().dims());
    dims.remove(axis);
    return new Value.Activation(node.reshape(convolved, new Shape(dims)));
  }

  private static Node convolution(
      OpNode node, Value.Interleaved parts, Value.Kernel kernel, int[] pads) {
    Step dilation = new Step(parts.blocks().get(0), parts.blocks().get(1));
    Margins margins = new Margins(pads[0], pads[1], pads[2], pads[3]);
    return node.add(
        name ->
            Conv2D.of(
                name,
                parts.input(),
                kernel.weights(),
                Step.ONE,
                dilation,
                margins,
                kernel.groups()));
  }
}
