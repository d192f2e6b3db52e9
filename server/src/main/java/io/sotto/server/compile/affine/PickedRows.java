package io.sotto.server.compile.affine;

import static io.sotto.server.compile.affine.AffineMap.ZERO;

import io.sotto.server.compile.affine.AffineMap.Block;
import java.util.ArrayList;
import java.util.List;

/** Rows of a map in another order: those of a block that follow each other stay together. */
final class PickedRows {
  private PickedRows() {}

  static AffineMap of(AffineMap map, int[] refs) {
    BlockRows rows = new BlockRows(map);
    RowSlices slices = new RowSlices();
    List<Block> picked = new ArrayList<>();
    double[] bias = new double[refs.length];
    int i = 0;
    while (i < refs.length) {
      int ref = refs[i];
      int count = together(refs, i, ref == ZERO ? refs.length : rows.left(ref));
      if (ref == ZERO) {
        picked.add(slices.nothing(count));
      } else {
        Block block = rows.block(ref);
        System.arraycopy(map.bias(), ref, bias, i, count);
        picked.add(new Block(block.refs(), slices.of(block.weights(), rows.row(ref), count)));
      }
      i += count;
    }
    return new AffineMap(map.inputs(), picked, bias);
  }

  /** How many references from this place on are to nothing, or to rows that follow each other. */
  private static int together(int[] refs, int first, int most) {
    int step = refs[first] == ZERO ? 0 : 1;
    int count = 1;
    while (count < most
        && first + count < refs.length
        && refs[first + count] == refs[first] + count * step) {
      count++;
    }
    return count;
  }
}
