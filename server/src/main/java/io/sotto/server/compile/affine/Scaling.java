package io.sotto.server.compile.affine;

import static io.sotto.server.compile.affine.AffineMap.ZERO;

import io.sotto.server.compile.affine.AffineMap.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Maps whose results or inputs are scaled; blocks that shared a matrix share one where they can.
 */
final class Scaling {
  private Scaling() {}

  /** {@code factors[i] * y[i]}. */
  static AffineMap rows(AffineMap map, double[] factors) {
    IdentityHashMap<Matrix, Map<List<Double>, Matrix>> known = new IdentityHashMap<>();
    List<Block> scaled = new ArrayList<>(map.blocks().size());
    double[] bias = map.bias().clone();
    int output = 0;
    for (Block block : map.blocks()) {
      List<Double> some = new ArrayList<>();
      for (int row = 0; row < block.weights().rows(); row++) {
        some.add(factors[output]);
        bias[output] *= factors[output];
        output++;
      }
      Matrix weights =
          known
              .computeIfAbsent(block.weights(), key -> new HashMap<>())
              .computeIfAbsent(some, f -> block.weights().scaledRows(f));
      scaled.add(new Block(block.refs(), weights));
    }
    return new AffineMap(map.inputs(), scaled, bias);
  }

  /** The map of {@code factors[i] * x[i]}. */
  static AffineMap columns(AffineMap map, double[] factors) {
    if (Arrays.stream(factors).allMatch(factor -> factor == 1)) {
      return map;
    }
    // Where a reference is to nothing any factor will do, so that the border of a convolution
    // shares the matrix of its middle.
    IdentityHashMap<Matrix, List<double[]>> kinds = new IdentityHashMap<>();
    for (Block block : map.blocks()) {
      kind(kinds.computeIfAbsent(block.weights(), key -> new ArrayList<>()), block, factors);
    }
    IdentityHashMap<double[], Matrix> known = new IdentityHashMap<>();
    List<Block> scaled = new ArrayList<>(map.blocks().size());
    for (Block block : map.blocks()) {
      double[] kind = kind(kinds.getOrDefault(block.weights(), new ArrayList<>()), block, factors);
      scaled.add(
          new Block(
              block.refs(), known.computeIfAbsent(kind, f -> block.weights().scaledColumns(f))));
    }
    return new AffineMap(map.inputs(), scaled, map.bias());
  }

  /** Finds the kind of column factors that a block can use, or adds one; NaN is for any factor. */
  private static double[] kind(List<double[]> kinds, Block block, double[] factors) {
    int[] refs = block.refs();
    for (double[] kind : kinds) {
      boolean fits = true;
      for (int k = 0; k < refs.length && fits; k++) {
        fits = refs[k] == ZERO || Double.isNaN(kind[k]) || kind[k] == factors[refs[k]];
      }
      if (fits) {
        for (int k = 0; k < refs.length; k++) {
          kind[k] = refs[k] == ZERO ? kind[k] : factors[refs[k]];
        }
        return kind;
      }
    }
    double[] kind = new double[refs.length];
    for (int k = 0; k < refs.length; k++) {
      kind[k] = refs[k] == ZERO ? Double.NaN : factors[refs[k]];
    }
    kinds.add(kind);
    return kind;
  }
}
