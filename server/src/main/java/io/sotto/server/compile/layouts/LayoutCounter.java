package io.sotto.server.compile.layouts;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.linear.TileLayout;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what the layouts of a layer take, without making them. */
final class LayoutCounter {
  /** Bits of a modulus that responses don't have, about. */
  private static final int ROUNDED_BITS = 12;

  private static final double BITS_A_KILOBYTE = 8192;

  /** What sums in another order may make of a norm. */
  private static final double ROUNDING = 1 + 1e-9;

  private final RingParameters ring;
  private final Convolution map;
  private final LinearMap integers;
  private final int wideBits;
  private final double[] squares;

  /** By planes of an upload. */
  private final Map<Integer, List<BitSet>> inputsOfGroups = new HashMap<>();

  /** Planes of an upload, and channels of a result. */
  private record Cut(int planes, int channels) {}

  private final Map<Cut, Integer> terms = new HashMap<>();

  /** By channels of a result. */
  private final Map<Integer, Boolean> exact = new HashMap<>();

  /**
   * @param integers the same map
   * @param wideBits of its inputs and outputs
   */
  LayoutCounter(RingParameters ring, Convolution map, LinearMap integers, int wideBits) {
    this.ring = ring;
    this.map = map;
    this.integers = integers;
    this.wideBits = wideBits;
    this.squares = map.squares();
  }

  /** Of an element a ciphertext. */
  static LayoutWork ofBatch(RingParameters ring, LinearMap integers, int images) {
    double inputs = integers.inputs();
    double outputs = integers.outputs();
    double products = (double) integers.multiplications() * (ring.degree() + images);
    return work(ring, inputs, images, outputs, 1, new double[] {0, 0, products});
  }

  LayoutWork of(Tile tile, int images) {
    int groups = Tile.ceil(images, tile.together());
    double tiles = (double) groups * tile.tiles(map);
    int terms = terms(tile);
    int used = tile.whole() ? ring.degree() : Math.min(images, tile.together()) * tile.span(map);
    double scale = scale(ring);
    double[] multiplications =
        tile.isPositions(map)
            ? new double[] {0, 0, tiles * terms * (ring.degree() + used)}
            : new double[] {scale * terms, scale * tiles * terms, 0};
    int uses = Tile.ceil(groups, TileLayout.groupsAtOnce(tile.tiles(map)));
    return work(
        ring, tiles * tile.inputs(map), used, tiles * tile.results(map), uses, multiplications);
  }

  private static LayoutWork work(
      RingParameters ring,
      double uploads,
      int used,
      double results,
      int uses,
      double[] multiplications) {
    double bits =
        uploads * used * ring.modulusBits()
            + results * ring.degree() * (ring.modulusBits() - ROUNDED_BITS);
    return new LayoutWork(
        scale(ring) * uploads,
        scale(ring) * results,
        multiplications[0],
        uses,
        multiplications[1],
        multiplications[2],
        bits / BITS_A_KILOBYTE);
  }

  private static double scale(RingParameters ring) {
    return ring.degree() / 2048.0;
  }

  /** Products for a tile: uploads and results of which some channels depend on each other. */
  private int terms(Tile tile) {
    return terms.computeIfAbsent(
        new Cut(tile.planes(), tile.channels()),
        cut -> {
          List<BitSet> inputs = inputsOfGroups.computeIfAbsent(cut.planes, map::inputsOfGroups);
          return map.terms(inputs, cut.channels);
        });
  }

  /** Is a tile exact in the ring? Noise grows with the weights that share a result. */
  boolean isExact(Tile tile) {
    return exact.computeIfAbsent(
        tile.channels(),
        channels ->
            ParameterPlanner.in(ring, wideBits, integers.maxL1Norm(), l2Norm(channels) * ROUNDING)
                .isPresent());
  }

  /** The largest of a result with so many channels. */
  private double l2Norm(int channels) {
    double largest = 0;
    for (int first = 0; first < squares.length; first += channels) {
      double sum = 0;
      for (int m = first; m < Math.min(first + channels, squares.length); m++) {
        sum += squares[m];
      }
      largest = Math.max(largest, sum);
    }
    return Math.sqrt(largest);
  }
}
