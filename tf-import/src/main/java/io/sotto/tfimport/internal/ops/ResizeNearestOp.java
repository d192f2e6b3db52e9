package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;
import java.util.stream.IntStream;

/** A picture made larger or smaller by repeating or dropping its rows and columns. */
final class ResizeNearestOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("ResizeNearestNeighbor");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.dims(0, "input");
    int[] size = node.knownIntegers(1, "size");
    if (dims.length != 4 || size.length != 2 || size[0] < 1 || size[1] < 1) {
      throw new UnsupportedNodeException("its input or its size is no picture's");
    }
    int[][] places = Selection.everything(dims);
    Selection.requireSize(size[0], size[1], dims[3]);
    for (int axis = 1; axis <= 2; axis++) {
      places[axis] = places(node, dims[axis], size[axis - 1]);
    }
    return node.select(0, Selection.take(dims, places));
  }

  private static int[] places(OpNode node, int from, int to) {
    if (node.bool("align_corners")) {
      throw new UnsupportedNodeException("align_corners is not supported", "leave it out");
    }
    float scale = (float) from / to;
    float shift = node.bool("half_pixel_centers") ? 0.5f : 0;
    return IntStream.range(0, to)
        .map(i -> Math.min(from - 1, (int) Math.floor((i + shift) * scale)))
        .toArray();
  }
}
