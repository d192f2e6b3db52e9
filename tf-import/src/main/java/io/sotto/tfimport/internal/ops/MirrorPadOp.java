package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;
import java.util.stream.IntStream;

/** Continues a tensor beyond its ends by its own mirror image. */
final class MirrorPadOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("MirrorPad");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.dims(0, "input");
    int[] pads = node.knownIntegers(1, "paddings");
    String mode = node.string("mode", "");
    // Reflection leaves out the element at the edge, symmetry repeats it.
    int edge = mode.equals("REFLECT") ? 1 : 0;
    if (pads.length != 2 * dims.length || (edge == 0 && !mode.equals("SYMMETRIC"))) {
      throw new UnsupportedNodeException(
          "it pads %d axes of %d, mode %s".formatted(pads.length / 2, dims.length, mode));
    }
    if (node.input(0) instanceof Value.Activation && (pads[0] != 0 || pads[1] != 0)) {
      throw new UnsupportedNodeException("it pads the batch");
    }
    int[][] places = new int[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      int size = dims[axis];
      int before = pads[2 * axis];
      int after = pads[2 * axis + 1];
      if (before < 0 || after < 0 || before > size - edge || after > size - edge) {
        throw new UnsupportedNodeException(
            "it mirrors %d and %d elements of an axis of %d".formatted(before, after, size));
      }
      places[axis] =
          IntStream.range(-before, size + after)
              .map(i -> i < 0 ? -i - 1 + edge : i >= size ? 2 * size - 1 - edge - i : i)
              .toArray();
    }
    return node.select(0, Selection.take(dims, places));
  }
}
