package io.sotto.server.compile.layouts;

import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.PolynomialMap;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.BatchLayout;
import io.sotto.converter.linear.LinearSpec.Arrangement;
import io.sotto.converter.linear.TileLayout;
import java.util.ArrayList;
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
  private static final double GOOD_ENOUGH = 1.1;

  /** The most multiplications of a map that is no convolution and is taken as a dense one. */
  private static final long MOST_DENSE = 1L << 26;

  private final RingParameters ring;
  private final WeightsMemory memory;
  private final UnitCosts costs;

  /** Of the memory for weights, a layer's. */
  private final long share;

  /**
   * @param layers that share the memory for weights
   */
  public LayoutPlanner(RingParameters ring, LayoutMeans means, int layers) {
    this.ring = ring;
    this.memory = means.memory();
    this.share = memory.limit() / Math.max(1, layers);
    this.costs = means.costs().in(ring);
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
    BatchLayout batch = new BatchLayout(ring, integers.inputs(), integers.outputs());
    Optional<Convolution> found = layer.convolution(MOST_DENSE);
    if (found.isEmpty()) {
      return new Choice(List.of(new Arrangement(1, batch)), Map.of());
    }
    Convolution map = found.get();
    LayoutCounter counter = new LayoutCounter(ring, map, integers, wideBits);
    List<Arrangement> arrangements = new ArrayList<>();
    Map<TileLayout, CiphertextMap> maps = new LinkedHashMap<>();
    Prices prices = new Prices(counter, memory.room());
    @Nullable Tile last = null;
    try {
      for (int images = 1; images <= ring.degree(); images *= 2) {
        double byBatch = LayoutCounter.ofBatch(ring, integers, images).cost(costs, Long.MAX_VALUE);
        @Nullable Priced best = best(prices, map, images);
        if (best == null || best.cost >= byBatch) {
          arrangements.add(new Arrangement(images, batch));
          break;
        }
        if (last != null && prices.of(last, images) <= GOOD_ENOUGH * best.cost) {
          continue;
        }
        TileBuilder builder = new TileBuilder(map, best.tile, ring.degree());
        TileLayout layout = builder.layout(integers.inputs());
        arrangements.add(new Arrangement(images, layout));
        CiphertextMap built = maps.computeIfAbsent(layout, unused -> builder.map(memory));
        if (last == null) {
          // What one image takes has its place before larger batches ask for theirs.
          reserve(built);
          prices.keep(best.tile, Math.min(memory.room(), share));
        } else {
          prices.take(best.tile);
        }
        last = best.tile;
      }
      return new Choice(arrangements, maps);
    } catch (RuntimeException | Error e) {
      maps.values().forEach(CiphertextMap::close);
      throw e;
    }
  }

  private static void reserve(CiphertextMap map) {
    if (map instanceof PolynomialMap polynomials) {
      polynomials.reserve();
    }
  }

  /** What tiles cost, some of which have their weights in memory already. */
  private final class Prices {
    private final LayoutCounter counter;
    private long room;
    private @Nullable Tile kept;

    Prices(LayoutCounter counter, long room) {
      this.counter = counter;
      this.room = room;
    }

    /** From now on this tile's weights are there, and others have so much room. */
    void keep(Tile tile, long left) {
      kept = counter.of(tile, 1).weightBytes() <= room ? tile : null;
      room = left;
    }

    /** This tile's weights take of the room, if they fit it. */
    void take(Tile tile) {
      long bytes = counter.of(tile, 1).weightBytes();
      room -= bytes <= room ? bytes : 0;
    }

    double of(Tile tile, int images) {
      return counter.of(tile, images).cost(costs, tile.equals(kept) ? Long.MAX_VALUE : room);
    }
  }

  private record Priced(Tile tile, double cost) {}

  /** The cheapest tile for so many images that is exact in the ring; null if there is none. */
  private @Nullable Priced best(Prices prices, Convolution map, int images) {
    @Nullable Priced best = null;
    for (Tile tile : TileChoices.of(map, images, ring.degree())) {
      double cost = prices.of(tile, images);
      if ((best == null || cost < best.cost) && prices.counter.isExact(tile)) {
        best = new Priced(tile, cost);
      }
    }
    return best;
  }
}
