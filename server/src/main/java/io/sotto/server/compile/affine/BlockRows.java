package io.sotto.server.compile.affine;

import io.sotto.server.compile.affine.AffineMap.Block;

/** Which block of a map, and which of its rows, gives each output. */
final class BlockRows {
  private final AffineMap map;
  private final int[] blockOf;
  private final int[] rowOf;

  BlockRows(AffineMap map) {
    this.map = map;
    this.blockOf = new int[map.outputs()];
    this.rowOf = new int[map.outputs()];
    int output = 0;
    for (int block = 0; block < map.blocks().size(); block++) {
      for (int row = 0; row < map.blocks().get(block).weights().rows(); row++) {
        blockOf[output] = block;
        rowOf[output++] = row;
      }
    }
  }

  Block block(int output) {
    return map.blocks().get(blockOf[output]);
  }

  int row(int output) {
    return rowOf[output];
  }

  /** How many outputs from this one on the same block gives. */
  int left(int output) {
    return block(output).weights().rows() - row(output);
  }
}
