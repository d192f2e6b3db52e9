package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Node;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Removes axes of size one, all or those named. */
final class SqueezeOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Squeeze");
  }

  @Override
  public Value importNode(OpNode node) {
    List<Long> axes = node.integerList("squeeze_dims");
    Value input = node.input(0);
    if (input instanceof Value.Interleaved parts) {
      return ofParts(parts, axes);
    }
    if (input instanceof Value.Integers integers) {
      return integers.reshaped(without(integers.dims(), axes));
    }
    if (input instanceof Value.Floats floats) {
      return floats.reshaped(without(floats.dims(), axes));
    }
    if (axes.isEmpty()) {
      throw new UnsupportedNodeException(
          "it names no axis, so that a batch of one would vanish", "name the axes to remove");
    }
    Node tensor = node.activation(0, "input");
    // The batch, of size 0 here, is not one to be removed.
    int[] dims = OpNode.withBatch(tensor.shape());
    dims[0] = 0;
    int[] rest = without(dims, axes);
    return new Value.Activation(node.reshape(tensor, OpNode.withoutBatch(rest)));
  }

  private static Value ofParts(Value.Interleaved parts, List<Long> axes) {
    int rank = parts.input().shape().rank() + 1;
    int axis = axes.size() == 1 ? OpNode.axis(axes.get(0), rank) - 1 : -1;
    if (parts.convolution() == null
        || parts.squeezed() >= 0
        || axis < 0
        || axis >= parts.blocks().size()
        || parts.input().shape().dim(axis) != 1
        || parts.convolution().weights().shape().dim(axis) != 1
        || parts.before().get(axis) + parts.after().get(axis) != 0) {
      throw new UnsupportedNodeException("it removes an axis of a picture cut into blocks");
    }
    return new Value.Interleaved(
        parts.input(), parts.blocks(), parts.before(), parts.after(), parts.convolution(), axis);
  }

  private static int[] without(int[] dims, List<Long> axes) {
    for (long axis : axes) {
      if (dims[OpNode.axis(axis, dims.length)] != 1) {
        throw new UnsupportedNodeException(
            "it removes axis %d, which is not of size 1".formatted(axis));
      }
    }
    return IntStream.range(0, dims.length)
        .filter(
            i ->
                axes.isEmpty()
                    ? dims[i] != 1
                    : axes.stream().noneMatch(axis -> OpNode.axis(axis, dims.length) == i))
        .map(i -> dims[i])
        .toArray();
  }
}
