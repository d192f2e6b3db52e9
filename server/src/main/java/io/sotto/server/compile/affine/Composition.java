package io.sotto.server.compile.affine;

import static io.sotto.server.compile.affine.AffineMap.ZERO;

import io.sotto.server.compile.affine.AffineMap.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A map applied to the results of another, as one. Maps that only scale and move elements leave the
 * other's blocks as they are; else a block's columns become all inputs that its rows then depend
 * on.
 */
final class Composition {
  private final AffineMap inner;
  private final BlockRows rows;

  /** Equal products are one matrix. */
  private final Map<Matrix, Matrix> known = new HashMap<>();

  private Composition(AffineMap inner) {
    this.inner = inner;
    this.rows = new BlockRows(inner);
  }

  static AffineMap of(AffineMap outer, AffineMap inner) {
    if (inner.outputs() != outer.inputs()) {
      throw new IllegalArgumentException(
          "a map of %d inputs can't follow one of %d outputs"
              .formatted(outer.inputs(), inner.outputs()));
    }
    if (inner.isMonomial()) {
      return afterMonomial(outer, inner);
    }
    if (outer.isMonomial()) {
      Monomial moves = Monomial.of(outer);
      return inner.pick(moves.refs()).scaledRows(moves.factors()).plusBias(outer.bias());
    }
    return new Composition(inner).after(outer);
  }

  /** A map of which every output is one input times a factor, and a bias. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; large.
  private record Monomial(int[] refs, double[] factors) {
    static Monomial of(AffineMap map) {
      BlockRows rows = new BlockRows(map);
      int[] refs = new int[map.outputs()];
      double[] factors = new double[map.outputs()];
      for (int i = 0; i < refs.length; i++) {
        refs[i] = rows.block(i).refs()[0];
        factors[i] = rows.block(i).weights().get(rows.row(i), 0);
      }
      return new Monomial(refs, factors);
    }
  }

  private static AffineMap afterMonomial(AffineMap outer, AffineMap inner) {
    Monomial moves = Monomial.of(inner);
    AffineMap moved = outer.scaledColumns(moves.factors()).renumbered(moves.refs(), inner.inputs());
    boolean biased = Arrays.stream(inner.bias()).anyMatch(b -> b != 0);
    return biased ? moved.withBias(outer.apply(inner.bias())) : moved;
  }

  private AffineMap after(AffineMap outer) {
    List<Block> merged = new ArrayList<>(outer.blocks().size());
    double[] bias = outer.bias().clone();
    int first = 0;
    for (Block block : outer.blocks()) {
      merged.add(merged(block));
      addBias(block, bias, first);
      first += block.weights().rows();
    }
    return new AffineMap(inner.inputs(), merged, bias);
  }

  private Block merged(Block outer) {
    Map<Integer, Integer> columns = columns(outer);
    int[] refs = new int[Math.max(1, columns.size())];
    refs[0] = ZERO;
    columns.forEach((ref, column) -> refs[column] = ref);
    int height = outer.weights().rows();
    double[] product = new double[Math.multiplyExact(height, refs.length)];
    for (int k = 0; k < outer.refs().length; k++) {
      int ref = outer.refs()[k];
      if (ref != ZERO) {
        addProducts(outer.weights(), k, ref, columns, product);
      }
    }
    Matrix weights = new Matrix(height, refs.length, product);
    return new Block(refs, known.computeIfAbsent(weights, key -> key));
  }

  /** A column for each of the inner map's inputs that a block depends on. */
  private Map<Integer, Integer> columns(Block outer) {
    Map<Integer, Integer> columns = new HashMap<>();
    for (int ref : outer.refs()) {
      if (ref != ZERO) {
        for (int source : rows.block(ref).refs()) {
          if (source != ZERO) {
            columns.putIfAbsent(source, columns.size());
          }
        }
      }
    }
    return columns;
  }

  /** What one of the inner map's results contributes, by one column of the outer weights. */
  private void addProducts(
      Matrix outer, int k, int ref, Map<Integer, Integer> columns, double[] product) {
    int width = product.length / outer.rows();
    Block source = rows.block(ref);
    for (int j = 0; j < source.refs().length; j++) {
      if (source.refs()[j] == ZERO) {
        continue;
      }
      int column = columns.getOrDefault(source.refs()[j], ZERO);
      double factor = source.weights().get(rows.row(ref), j);
      for (int row = 0; row < outer.rows(); row++) {
        double weight = outer.get(row, k);
        if (weight != 0) {
          product[row * width + column] += weight * factor;
        }
      }
    }
  }

  private void addBias(Block outer, double[] bias, int first) {
    for (int k = 0; k < outer.refs().length; k++) {
      int ref = outer.refs()[k];
      for (int row = 0; row < outer.weights().rows() && ref != ZERO; row++) {
        bias[first + row] += outer.weights().get(row, k) * inner.bias()[ref];
      }
    }
  }
}
