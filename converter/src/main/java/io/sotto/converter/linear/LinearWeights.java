package io.sotto.converter.linear;

import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.LinearMap;
import java.util.Map;

/** What only the server knows of a linear step. */
public final class LinearWeights implements AutoCloseable {
  private final LinearMap map;
  private final long[] bias;
  private final Map<TileLayout, CiphertextMap> tiles;

  /**
   * @param map integer weights, scaled by {@code 2^fw}; belongs to this object from now on
   * @param bias one for each output, at the scale of the products
   */
  public LinearWeights(LinearMap map, long[] bias) {
    this(map, bias, Map.of());
  }

  /**
   * The same, with what multiplies in other layouts.
   *
   * @param tiles for each layout what makes the map there; belong to this object
   */
  public LinearWeights(LinearMap map, long[] bias, Map<TileLayout, ? extends CiphertextMap> tiles) {
    if (bias.length != map.outputs()) {
      throw new IllegalArgumentException(
          "%d biases given for %d outputs".formatted(bias.length, map.outputs()));
    }
    this.map = map;
    this.bias = bias.clone();
    this.tiles = Map.copyOf(tiles);
  }

  public LinearMap map() {
    return map;
  }

  /** What multiplies in a layout. */
  CiphertextMap map(Layout layout) {
    CiphertextMap other = layout instanceof TileLayout tiles ? this.tiles.get(tiles) : map;
    if (other == null) {
      throw new IllegalStateException("a layout without weights");
    }
    return other;
  }

  /** Refuses a layout that these weights don't multiply in. */
  void requireIn(Layout layout) {
    if (layout instanceof TileLayout tile) {
      CiphertextMap other = tiles.get(tile);
      TileLayout.Shape shape = tile.shape();
      if (other == null || other.inputs() != shape.inputs() || other.results() != shape.results()) {
        throw new IllegalArgumentException(
            "no weights, or %s, given for %s".formatted(other, tile));
      }
    }
  }

  /**
   * The largest sum of absolute weights of an output. It is the same in all layouts: what a
   * coefficient that is read meets of numbers are the elements, with the map's weights.
   */
  public double maxL1Norm() {
    return map.maxL1Norm();
  }

  /** The largest root of the sum of an output's squared weights, in any layout. */
  public double maxL2Norm() {
    return tiles.values().stream()
        .mapToDouble(CiphertextMap::maxL2Norm)
        .reduce(map.maxL2Norm(), Math::max);
  }

  /** The bias of one output. */
  public long bias(int output) {
    return bias[output];
  }

  /** Wipes the weights. */
  @Override
  public void close() {
    map.close();
    tiles.values().forEach(CiphertextMap::close);
  }
}
