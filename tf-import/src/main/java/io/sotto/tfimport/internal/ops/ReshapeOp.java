package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Reshape;
import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Another shape for the same elements; the batch must stay the first axis. */
final class ReshapeOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Reshape");
  }

  @Override
  public Value importNode(OpNode node) {
    Value.Integers wanted = node.integers(1, "shape");
    Value input = node.input(0);
    if (input instanceof Value.Activation activation) {
      Node tensor = activation.node();
      Shape shape = imageShape(tensor.shape(), wanted);
      return shape.equals(tensor.shape())
          ? input
          : node.emit(name -> Reshape.of(name, tensor, shape));
    }
    if (input instanceof Value.Integers integers) {
      return integers.reshaped(constantDims(integers.size(), node.knownIntegers(1, "shape")));
    }
    Value.Floats floats = node.floats(0, "input");
    return floats.reshaped(constantDims(floats.values().length, node.knownIntegers(1, "shape")));
  }

  /**
   * The shape of one image. The first axis is the batch if it is a multiple of the batch's size, or
   * is left to be worked out (-1) and the others make up exactly one image.
   */
  private static Shape imageShape(Shape from, Value.Integers wanted) {
    if (wanted.size() == 0) {
      throw mixes(from, wanted);
    }
    int free = -1;
    long known = 1;
    for (int i = 0; i < wanted.size(); i++) {
      boolean isFree = wanted.value(i) == -1 && !wanted.timesBatch(i);
      if (isFree && free >= 0) {
        throw new UnsupportedNodeException("two axes of its shape are free");
      }
      if (isFree) {
        free = i;
      } else if (i > 0) {
        if (wanted.timesBatch(i) || wanted.value(i) < 1) {
          throw mixes(from, wanted);
        }
        known = BatchArithmetic.times(known, wanted.value(i));
      }
    }
    boolean batchFirst = wanted.timesBatch(0) && wanted.value(0) == 1;
    if (free != 0 && !batchFirst) {
      throw mixes(from, wanted);
    }
    List<Integer> dims = new ArrayList<>();
    for (int i = 1; i < wanted.size(); i++) {
      long dim = i == free ? from.elements() / known : wanted.value(i);
      dims.add((int) Math.min(Integer.MAX_VALUE, dim));
    }
    long elements = free > 0 ? known * (from.elements() / known) : known;
    if (elements != from.elements()) {
      throw mixes(from, wanted);
    }
    return new Shape(dims);
  }

  private static UnsupportedNodeException mixes(Shape from, Value.Integers wanted) {
    List<String> axes = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      String number = String.valueOf(wanted.value(i));
      axes.add(!wanted.timesBatch(i) ? number : wanted.value(i) == 1 ? "batch" : number + "*batch");
    }
    return new UnsupportedNodeException(
        "it reshapes images of %s to %s, which does not keep the batch as the first axis"
            .formatted(from, axes));
  }

  private static int[] constantDims(int elements, int[] wanted) {
    int[] dims = wanted.clone();
    int free = -1;
    long known = 1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] < -1 || (dims[i] == -1 && free >= 0)) {
        throw new UnsupportedNodeException("it has an impossible shape");
      }
      if (dims[i] == -1) {
        free = i;
      } else {
        known = BatchArithmetic.times(known, dims[i]);
      }
    }
    if (free >= 0 && known > 0) {
      dims[free] = (int) (elements / known);
      known *= dims[free];
    }
    if (known != elements) {
      throw new UnsupportedNodeException("its shape does not fit its constant");
    }
    return dims;
  }
}
