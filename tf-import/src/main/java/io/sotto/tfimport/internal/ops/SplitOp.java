package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Cuts a tensor along an axis into parts. */
final class SplitOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Split", "SplitV");
  }

  @Override
  public Value importNode(OpNode node) {
    boolean equal = node.op().equals("Split");
    int input = equal ? 1 : 0;
    int[] dims = node.dims(input, "input");
    int axis = OpNode.axis(node.knownInteger(equal ? 0 : 2, "axis"), dims.length);
    if (axis == 0 && node.input(input) instanceof Value.Activation) {
      throw new UnsupportedNodeException("it cuts the batch");
    }
    int[] sizes = equal ? null : node.knownIntegers(1, "sizes");
    int count = sizes == null ? Windows.size(node.integer("num_split", 1)) : sizes.length;
    if (sizes == null) {
      if (count < 1 || dims[axis] % count != 0) {
        throw new UnsupportedNodeException(
            "it cuts an axis of %d into %d parts".formatted(dims[axis], count));
      }
      sizes = IntStream.generate(() -> dims[axis] / count).limit(count).toArray();
    } else {
      long known = Arrays.stream(sizes).filter(size -> size >= 0).asLongStream().sum();
      int rest = (int) Math.max(-1, dims[axis] - known);
      sizes = Arrays.stream(sizes).map(size -> size == -1 ? rest : size).toArray();
    }
    if (Arrays.stream(sizes).asLongStream().sum() != dims[axis]
        || Arrays.stream(sizes).anyMatch(s -> s < 0)) {
      throw new UnsupportedNodeException(
          "it cuts an axis of %d into %s".formatted(dims[axis], Arrays.toString(sizes)));
    }
    List<Value> parts = new ArrayList<>();
    int first = 0;
    for (int size : sizes) {
      int[][] places = Selection.everything(dims);
      places[axis] = IntStream.range(first, first + size).toArray();
      parts.add(node.select(input, Selection.take(dims, places)));
      first += size;
    }
    return new Value.Several(parts);
  }
}
