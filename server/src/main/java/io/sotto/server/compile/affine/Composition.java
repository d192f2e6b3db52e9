package io.sotto.server.compile.affine;

import static io.sotto.server.compile.affine.AffineMap.ZERO;

import io.sotto.server.compile.affine.AffineMap.Block;
import io.sotto.server.compile.affine.CompositionPattern.Found;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map applied to the results of another, as one. Maps that only scale and move elements leave the
 * other's blocks as they are; else a block's columns become all inputs that its rows then depend
 * on.
 *
 * <p>Blocks that shared a matrix and take the inner map's rows alike, as the positions of a
 * convolution do, share their product, at borders too: it is computed once.
 */
final class Composition {
  private final AffineMap outer;
  private final AffineMap inner;
  private final BlockRows rows;
  private final SeenInputs seen;
  private final IdentityHashMap<Matrix, List<CompositionPattern>> patterns =
      new IdentityHashMap<>();

  private Composition(AffineMap outer, AffineMap inner) {
    this.outer = outer;
    this.inner = inner;
    this.rows = new BlockRows(inner);
    this.seen = new SeenInputs(inner.inputs());
  }

  static AffineMap of(AffineMap outer, AffineMap inner) {
    requireFitting(outer, inner);
    if (inner.isMonomial()) {
      return afterMonomial(outer, inner);
    }
    if (outer.isMonomial()) {
      Monomial moves = Monomial.of(outer);
      return inner.pick(moves.refs()).scaledRows(moves.factors()).plusBias(outer.bias());
    }
    return new Composition(outer, inner).multiplied();
  }

  /** What the composition costs, without multiplying anything. */
  static LinearCost cost(AffineMap outer, AffineMap inner) {
    requireFitting(outer, inner);
    if (inner.isMonomial() || outer.isMonomial()) {
      return LinearCost.of(of(outer, inner));
    }
    Composition composition = new Composition(outer, inner);
    List<Found> found = composition.found();
    IdentityHashMap<Object, List<int[]>> alike = new IdentityHashMap<>();
    IdentityHashMap<Object, Integer> heights = new IdentityHashMap<>();
    for (int i = 0; i < found.size(); i++) {
      CompositionPattern pattern = found.get(i).pattern();
      alike.computeIfAbsent(pattern, key -> new ArrayList<>()).add(found.get(i).refs());
      heights.put(pattern, outer.blocks().get(i).weights().rows());
    }
    return LinearCost.of(inner.inputs(), outer.outputs(), alike, heights);
  }

  private static void requireFitting(AffineMap outer, AffineMap inner) {
    if (inner.outputs() != outer.inputs()) {
      throw new IllegalArgumentException(
          "a map of %d inputs can't follow one of %d outputs"
              .formatted(outer.inputs(), inner.outputs()));
    }
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

  private AffineMap multiplied() {
    List<Block> blocks = new ArrayList<>(outer.blocks().size());
    found().forEach(found -> blocks.add(new Block(found.refs(), found.pattern().product())));
    boolean biased = Arrays.stream(inner.bias()).anyMatch(b -> b != 0);
    double[] bias = biased ? outer.apply(inner.bias()) : outer.bias();
    return new AffineMap(inner.inputs(), blocks, bias);
  }

  /**
   * For each block of the outer map its pattern and the inner map's inputs. Those that lack nothing
   * come first, so that borders find the patterns that they lack something of.
   */
  private List<Found> found() {
    Found[] found = new Found[outer.blocks().size()];
    for (boolean whole : new boolean[] {true, false}) {
      for (int i = 0; i < found.length; i++) {
        Block block = outer.blocks().get(i);
        if (isWhole(block) == whole) {
          found[i] = find(block);
        }
      }
    }
    return Arrays.asList(found);
  }

  @SuppressWarnings("ReferenceEquality") // Columns of one block are looked at once.
  private boolean isWhole(Block block) {
    Block last = null;
    for (int ref : block.refs()) {
      if (ref == ZERO) {
        return false;
      }
      Block source = rows.block(ref);
      if (source != last && lacks(source)) {
        return false;
      }
      last = source;
    }
    return true;
  }

  private static boolean lacks(Block block) {
    for (int ref : block.refs()) {
      if (ref == ZERO) {
        return true;
      }
    }
    return false;
  }

  private Found find(Block block) {
    List<CompositionPattern> known =
        patterns.computeIfAbsent(block.weights(), key -> new ArrayList<>());
    for (CompositionPattern pattern : known) {
      int @Nullable [] refs = pattern.match(block, rows, seen);
      if (refs != null) {
        return new Found(pattern, refs);
      }
    }
    Found fresh = CompositionPattern.of(block, rows);
    known.add(fresh.pattern());
    return fresh;
  }
}
