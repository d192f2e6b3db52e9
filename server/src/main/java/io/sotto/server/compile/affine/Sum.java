package io.sotto.server.compile.affine;

import io.sotto.server.compile.affine.AffineMap.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/** The sum of two maps of the same inputs: their blocks cut alike and put beside each other. */
final class Sum {
  private final IdentityHashMap<Matrix, IdentityHashMap<Matrix, Matrix>> joined =
      new IdentityHashMap<>();

  private Sum() {}

  static AffineMap of(AffineMap one, AffineMap other) {
    if (other.inputs() != one.inputs() || other.outputs() != one.outputs()) {
      throw new IllegalArgumentException("only maps of one shape have a sum");
    }
    Sum sum = new Sum();
    BlockRows mine = new BlockRows(one);
    BlockRows theirs = new BlockRows(other);
    RowSlices slices = new RowSlices();
    List<Block> blocks = new ArrayList<>();
    int output = 0;
    while (output < one.outputs()) {
      Block a = mine.block(output);
      Block b = theirs.block(output);
      int count = Math.min(mine.left(output), theirs.left(output));
      Matrix first = slices.of(a.weights(), mine.row(output), count);
      Matrix second = slices.of(b.weights(), theirs.row(output), count);
      blocks.add(sum.beside(new Block(a.refs(), first), new Block(b.refs(), second)));
      output += count;
    }
    return new AffineMap(one.inputs(), blocks, one.bias()).plusBias(other.bias());
  }

  private Block beside(Block a, Block b) {
    if (b.isNothing()) {
      return a;
    }
    if (a.isNothing()) {
      return b;
    }
    int[] refs = Arrays.copyOf(a.refs(), a.refs().length + b.refs().length);
    System.arraycopy(b.refs(), 0, refs, a.refs().length, b.refs().length);
    Matrix both =
        joined
            .computeIfAbsent(a.weights(), key -> new IdentityHashMap<>())
            .computeIfAbsent(b.weights(), a.weights()::beside);
    return new Block(refs, both);
  }
}
