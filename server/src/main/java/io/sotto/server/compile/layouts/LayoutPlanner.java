package io.sotto.server.compile.layouts;

import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.PolynomialMap;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.BatchLayout;
import io.sotto.converter.linear.LinearSpec.Arrangement;
import io.sotto.converter.linear.TileLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses for each size of batch how a linear layer's numbers lie in ciphertexts: the layout that
 * {@link UnitCosts} say is the cheapest.
 */
public final class LayoutPlanner {
  /** A layout that is within this of the best is kept for the next size of batch. */
  private static final double GOOD_ENOUGH = 1.25;

  /** The most multiplications of a map that is no convolution and is taken as a dense one. */
  private static final long MOST_DENSE = 1L << 26;

  private final RingParameters ring;
  private final WeightsMemory memory;
  private final UnitCosts costs;

  /** By planes of an upload, of the layer that is planned. */
  private final Map<Integer, int[]> inputsOfGroups = new HashMap<>();

  public LayoutPlanner(RingParameters ring, LayoutMeans means) {
    this.ring = ring;
    this.memory = means.memory();
    this.costs = means.costs();
  }

  /**
   * What was chosen for a layer.
   *
   * @param maps what multiplies in each layout but batch
   */
  public record Choice(List<Arrangement> arrangements, Map<TileLayout, CiphertextMap> maps) {
    public Choice {
      arrangements = List.copyOf(arrangements);
    }
  }

  /** Layouts for all sizes of batches. */
  public Choice plan(LayerMap layer, LinearMap integers, int wideBits) {
    inputsOfGroups.clear();
    Optional<Convolution> found = layer.convolution(MOST_DENSE);
    BatchLayout batch = new BatchLayout(ring, integers.inputs(), integers.outputs());
    if (found.isEmpty()) {
      return new Choice(List.of(new Arrangement(1, batch)), Map.of());
    }
    Convolution map = found.get();
    List<Arrangement> arrangements = new ArrayList<>();
    Map<TileLayout, CiphertextMap> maps = new LinkedHashMap<>();
    @Nullable Tile last = null;
    for (int images = 1; images <= ring.degree(); images *= 2) {
      double byBatch = batchCost(integers, images);
      @Nullable Tile best = best(map, images, ring.degree());
      if (best == null || cost(map, best, images) >= byBatch) {
        arrangements.add(new Arrangement(images, batch));
        break;
      }
      if (last != null && cost(map, last, images) <= GOOD_ENOUGH * cost(map, best, images)) {
        continue;
      }
      @Nullable Tile exact = add(map, best, images, wideBits, arrangements, maps, integers);
      last = exact == null ? last : exact;
    }
    if (arrangements.isEmpty() || arrangements.get(0).from() != 1) {
      arrangements.add(0, new Arrangement(1, batch));
    }
    return new Choice(arrangements, maps);
  }

  /** Builds the best tile that is exact in the ring; null if there is none. */
  private @Nullable Tile add(
      Convolution map,
      Tile best,
      int images,
      int wideBits,
      List<Arrangement> arrangements,
      Map<TileLayout, CiphertextMap> maps,
      LinearMap integers) {
    @Nullable Tile tile = best;
    while (tile != null) {
      TileBuilder builder = new TileBuilder(map, tile, ring.degree());
      PolynomialMap.Builder weights = builder.polynomials();
      Optional<NoiseBound> noise =
          ParameterPlanner.in(ring, wideBits, integers.maxL1Norm(), weights.maxL2Norm());
      if (noise.isPresent()) {
        TileLayout layout = builder.layout(integers.inputs());
        arrangements.add(new Arrangement(images, layout));
        maps.put(layout, tile.isPositions(map) ? builder.numbers() : weights.build(memory));
        return tile;
      }
      tile = tile.channels() == 1 ? null : best(map, images, tile.channels() / 2);
    }
    return null;
  }

  /** The cheapest tile for so many images. */
  private @Nullable Tile best(Convolution map, int images, int mostChannels) {
    @Nullable Tile best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Tile tile : TileChoices.of(map, images, ring.degree(), mostChannels)) {
      double cost = cost(map, tile, images);
      if (cost < least) {
        best = tile;
        least = cost;
      }
    }
    return best;
  }

  private double cost(Convolution map, Tile tile, int images) {
    double scale = ring.degree() / 2048.0;
    int groups = Tile.ceil(images, tile.together()) * tile.tiles(map);
    double uploads = (double) groups * tile.inputs(map);
    double results = (double) groups * tile.results(map);
    double terms = terms(map, tile);
    int used = tile.whole() ? ring.degree() : Math.min(images, tile.together()) * tile.span(map);
    double kilobytes =
        (uploads * used * ring.modulusBits() + results * ring.degree() * (ring.modulusBits() - 12))
            / 8192;
    return scale * (uploads * costs.upload() + results * costs.result())
        + groups * terms * productCost(map, tile, used)
        + kilobytes * costs.kilobyte();
  }

  private double productCost(Convolution map, Tile tile, int used) {
    return tile.isPositions(map)
        ? (ring.degree() + used) / costs.multiplyAdds()
        : ring.degree() / 2048.0 * costs.product();
  }

  /** Products for a tile: uploads and results of which some channels depend on each other. */
  private double terms(Convolution map, Tile tile) {
    if (map.isFull()) {
      return (double) tile.inputs(map) * tile.results(map);
    }
    double terms = 0;
    int[] inputs = inputsOfGroups.computeIfAbsent(tile.planes(), map::inputsOfGroups);
    for (int i = 0; i < inputs.length; i++) {
      int channels = map.groups().get(i).channels();
      terms += (double) inputs[i] * channels / Math.min(tile.channels(), channels);
    }
    return terms;
  }

  private double batchCost(LinearMap integers, int images) {
    double scale = ring.degree() / 2048.0;
    double inputs = integers.inputs();
    double outputs = integers.outputs();
    double kilobytes =
        (inputs * images * ring.modulusBits() + outputs * ring.degree() * (ring.modulusBits() - 12))
            / 8192;
    double products =
        (double) integers.multiplications() * (ring.degree() + images) / costs.multiplyAdds();
    return scale * (inputs * costs.upload() + outputs * costs.result())
        + products
        + kilobytes * costs.kilobyte();
  }
}
