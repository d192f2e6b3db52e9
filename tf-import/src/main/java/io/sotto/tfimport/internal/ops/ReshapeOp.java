package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

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
      int rows = rows(tensor.shape(), wanted, node.fixedBatch());
      Shape shape = imageShape(tensor.shape(), wanted, rows);
      return new Value.Activation(node.reshape(tensor, shape), rows);
    }
    if (input instanceof Value.Integers integers) {
      return integers.reshaped(constantDims(integers.size(), node.knownIntegers(1, "shape")));
    }
    Value.Floats floats = node.floats(0, "input");
    return floats.reshaped(constantDims(floats.values().length, node.knownIntegers(1, "shape")));
  }

  /**
   * How many rows of each image the first axis holds: it is a multiple of the batch's size, or left
   * to be worked out (-1).
   */
  private static int rows(Shape from, Value.Integers wanted, int fixedBatch) {
    if (wanted.size() == 0) {
      throw mixes(from, wanted);
    }
    long free =
        IntStream.range(0, wanted.size())
            .filter(i -> wanted.value(i) == -1 && !wanted.timesBatch(i))
            .count();
    if (free > 1) {
      throw new UnsupportedNodeException("two axes of its shape are free");
    }
    long first = wanted.value(0);
    long rows;
    if (wanted.timesBatch(0)) {
      rows = first;
    } else if (first == -1) {
      long known = 1;
      for (int i = 1; i < wanted.size(); i++) {
        known = BatchArithmetic.times(known, wanted.value(i));
      }
      rows = known < 1 ? 0 : from.elements() / known;
    } else {
      rows = fixedBatch > 0 && first % fixedBatch == 0 ? first / fixedBatch : 0;
    }
    if (rows < 1 || rows > from.elements()) {
      throw mixes(from, wanted);
    }
    return (int) rows;
  }

  /** The shape of one image, its rows in front if there are several. */
  private static Shape imageShape(Shape from, Value.Integers wanted, int rows) {
    int free = -1;
    long known = rows;
    for (int i = 1; i < wanted.size(); i++) {
      if (wanted.value(i) == -1 && !wanted.timesBatch(i)) {
        free = i;
      } else if (wanted.timesBatch(i) || wanted.value(i) < 1) {
        throw mixes(from, wanted);
      } else {
        known = BatchArithmetic.times(known, wanted.value(i));
      }
    }
    long rest = from.elements() / known;
    if (free < 0 ? known != from.elements() : rest < 1 || rest * known != from.elements()) {
      throw mixes(from, wanted);
    }
    List<Integer> dims = new ArrayList<>();
    if (rows != 1) {
      dims.add(rows);
    }
    for (int i = 1; i < wanted.size(); i++) {
      dims.add((int) (i == free ? rest : wanted.value(i)));
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
