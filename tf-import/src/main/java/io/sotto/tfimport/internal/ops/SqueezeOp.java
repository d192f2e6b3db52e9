package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Reshape;
import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
    if (input instanceof Value.Activation activation) {
      Node tensor = activation.node();
      if (axes.isEmpty()) {
        throw new UnsupportedNodeException("it names no axis, so that a batch of one would vanish");
      }
      int[] dims = new int[tensor.shape().rank() + 1];
      dims[0] = 0;
      for (int i = 1; i < dims.length; i++) {
        dims[i] = tensor.shape().dim(i - 1);
      }
      int[] rest = without(dims, axes);
      List<Integer> image =
          Arrays.stream(rest).skip(1).boxed().collect(Collectors.toUnmodifiableList());
      return node.emit(name -> Reshape.of(name, tensor, new Shape(image)));
    }
    if (input instanceof Value.Integers integers) {
      return integers.reshaped(without(integers.dims(), axes));
    }
    Value.Floats floats = node.floats(0, "input");
    return floats.reshaped(without(floats.dims(), axes));
  }

  private static int[] without(int[] dims, List<Long> axes) {
    for (long axis : axes) {
      if (axis < -dims.length || axis >= dims.length || dims[index(axis, dims)] != 1) {
        throw new UnsupportedNodeException(
            "it removes axis %d, which is not of size 1".formatted(axis));
      }
    }
    return IntStream.range(0, dims.length)
        .filter(
            i -> axes.isEmpty() ? dims[i] != 1 : axes.stream().noneMatch(a -> index(a, dims) == i))
        .map(i -> dims[i])
        .toArray();
  }

  private static int index(long axis, int[] dims) {
    return (int) (axis < 0 ? axis + dims.length : axis);
  }
}
