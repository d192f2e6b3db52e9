package io.sotto.converter.testing;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.LinearMapBuilder;
import io.sotto.ckks.PolynomialMap;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightMatrix;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.LinearSpec.Arrangement;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.linear.TileLayout;
import io.sotto.converter.moves.MoveFinder;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A convolution along a line, in tiles of any size: what the compiler does in two dimensions is
 * small enough here to see that it is right. With one position and a kernel of one it is dense.
 *
 * <p>Elements lie position by position; there are {@code kernel - 1} positions more of inputs.
 *
 * @param planes channels of the input
 * @param weights channel by channel of the output, plane by plane, tap by tap
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Convolution(
    int positions, int kernel, int planes, int channels, int[] weights, long[] bias) {
  /**
   * How much one ciphertext holds.
   *
   * @param together images
   * @param positions of a tile
   * @param planes of an upload
   * @param channels of a result
   */
  public record Tile(int together, int positions, int planes, int channels) {}

  /** With weights below a bound. */
  public static Convolution random(
      Random random, int positions, int kernel, int planes, int channels, int bound) {
    return new Convolution(
        positions,
        kernel,
        planes,
        channels,
        random.ints((long) channels * planes * kernel, 1 - bound, bound).toArray(),
        random.longs(positions * (long) channels, -1 << 20, 1 << 20).toArray());
  }

  public int inputs() {
    return (positions + kernel - 1) * planes;
  }

  public int outputs() {
    return positions * channels;
  }

  /** An element a ciphertext. */
  public LinearMap map() {
    LinearMapBuilder builder = LinearMap.builder(inputs(), outputs());
    WeightMatrix matrix = WeightMatrix.of(channels, weights);
    for (int x = 0; x < positions; x++) {
      int[] refs = new int[planes * kernel];
      for (int i = 0; i < refs.length; i++) {
        refs[i] = (x + i % kernel) * planes + i / kernel;
      }
      builder.block(refs, x * channels, matrix);
    }
    return builder.build();
  }

  private static int parts(int all, int size) {
    return (all + size - 1) / size;
  }

  private int area(Tile tile) {
    return tile.positions + kernel - 1;
  }

  private int span(Tile tile) {
    return tile.channels * tile.planes * area(tile);
  }

  /** Where the first position of a channel of a result lies. */
  private int origin(Tile tile, int channel) {
    return (channel * tile.planes + tile.planes - 1) * area(tile) + kernel - 1;
  }

  public TileLayout layout(Tile tile, int degree) {
    TileLayout.Shape shape =
        new TileLayout.Shape(
            degree,
            tile.together,
            span(tile),
            tile.channels > 1,
            parts(positions, tile.positions),
            parts(planes, tile.planes),
            parts(channels, tile.channels));
    int[] elements = new int[shape.tiles() * shape.inputs() * shape.span()];
    Arrays.fill(elements, MoveFinder.NONE);
    for (int t = 0; t < shape.tiles(); t++) {
      for (int c = 0; c < planes; c++) {
        int at = (t * shape.inputs() + c / tile.planes) * shape.span();
        for (int x = 0; x < area(tile); x++) {
          int position = t * tile.positions + x;
          if (position < positions + kernel - 1) {
            elements[at + c % tile.planes * area(tile) + x] = position * planes + c;
          }
        }
      }
    }
    int[] places = new int[outputs()];
    for (int x = 0; x < positions; x++) {
      for (int m = 0; m < channels; m++) {
        int result = x / tile.positions * shape.results() + m / tile.channels;
        places[x * channels + m] =
            result * shape.span() + origin(tile, m % tile.channels) + x % tile.positions;
      }
    }
    return TileLayout.of(shape, inputs(), elements, places);
  }

  public PolynomialMap polynomials(Tile tile, int degree) {
    return polynomials(tile, degree, new WeightsMemory(Long.MAX_VALUE));
  }

  private PolynomialMap polynomials(Tile tile, int degree, WeightsMemory memory) {
    int inputs = parts(planes, tile.planes);
    PolynomialMap.Builder builder =
        new PolynomialMap.Builder(degree, inputs, tile.planes * area(tile), span(tile));
    for (int first = 0; first < channels; first += tile.channels) {
      int end = Math.min(channels, first + tile.channels);
      for (int input = 0; input < inputs; input++) {
        addTerm(builder, tile, input, first, end);
      }
      builder.endResult();
    }
    return builder.build(memory);
  }

  private void addTerm(PolynomialMap.Builder builder, Tile tile, int input, int first, int end) {
    int firstPlane = input * tile.planes;
    int count = Math.min(tile.planes, planes - firstPlane);
    int[] places = new int[(end - first) * count * kernel];
    int[] taps = new int[places.length];
    int at = 0;
    for (int m = first; m < end; m++) {
      for (int c = 0; c < count; c++) {
        for (int k = 0; k < kernel; k++) {
          places[at] = origin(tile, m - first) - c * area(tile) - k;
          taps[at++] = weights[(m * planes + firstPlane + c) * kernel + k];
        }
      }
    }
    builder.term(input, places, taps);
  }

  /**
   * Its step, with tiles for batches from so many images on.
   *
   * @param tiles by the images of the smallest batch; without one for the first images those lie in
   *     the batch layout
   */
  public LinearServer step(
      RingParameters ring,
      ExactFormat in,
      HalfCellFormat out,
      int responseBits,
      Map<Integer, Tile> tiles) {
    return step(ring, in, out, responseBits, tiles, new WeightsMemory(Long.MAX_VALUE));
  }

  /**
   * The same.
   *
   * @param memory for weights in evaluation form
   */
  public LinearServer step(
      RingParameters ring,
      ExactFormat in,
      HalfCellFormat out,
      int responseBits,
      Map<Integer, Tile> tiles,
      WeightsMemory memory) {
    LinearSpec spec = new LinearSpec(in, out, ring, responseBits);
    TreeMap<Integer, Arrangement> arrangements = new TreeMap<>();
    arrangements.put(1, spec.arrangements().get(0));
    Map<TileLayout, PolynomialMap> polynomials = new LinkedHashMap<>();
    tiles.forEach(
        (from, tile) -> {
          TileLayout layout = layout(tile, ring.degree());
          arrangements.put(from, new Arrangement(from, layout));
          polynomials.put(layout, polynomials(tile, ring.degree(), memory));
        });
    return new LinearServer(
        spec.with(List.copyOf(arrangements.values())), new LinearWeights(map(), bias, polynomials));
  }
}
