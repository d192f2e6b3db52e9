package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Blocks of a picture moved into its channels, or back. */
final class SpaceDepthOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("SpaceToDepth", "DepthToSpace");
  }

  @Override
  public Value importNode(OpNode node) {
    Windows.requireChannelsLast(node);
    int[] dims = node.dims(0, "input");
    int block = Windows.size(node.integer("block_size", 0));
    boolean toDepth = node.op().equals("SpaceToDepth");
    if (dims.length != 4
        || block < 1
        || (toDepth
            ? dims[1] % block != 0 || dims[2] % block != 0
            : dims[3] % Math.multiplyExact(block, block) != 0)) {
      throw new UnsupportedNodeException("blocks of %d do not fit its input".formatted(block));
    }
    int[] split;
    int[] result;
    int[] order;
    if (toDepth) {
      split = new int[] {dims[0], dims[1] / block, block, dims[2] / block, block, dims[3]};
      order = new int[] {0, 1, 3, 2, 4, 5};
      result = new int[] {dims[0], dims[1] / block, dims[2] / block, dims[3] * block * block};
    } else {
      int channels = dims[3] / (block * block);
      split = new int[] {dims[0], dims[1], dims[2], block, block, channels};
      order = new int[] {0, 1, 3, 2, 4, 5};
      result = new int[] {dims[0], dims[1] * block, dims[2] * block, channels};
    }
    return node.select(0, Selection.transpose(split, order).reshaped(result));
  }
}
