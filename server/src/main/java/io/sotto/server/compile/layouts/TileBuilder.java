package io.sotto.server.compile.layouts;

import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.LinearMapBuilder;
import io.sotto.ckks.PolynomialMap;
import io.sotto.ckks.WeightMatrix;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.TileLayout;
import io.sotto.server.compile.layouts.Convolution.Group;
import io.sotto.server.compile.layouts.Convolution.Plane;
import java.util.Arrays;

/**
 * Builds the layout of a tile and the polynomials of its weights.
 *
 * <p>In an upload the number at (y, x) of its plane c has the place c A + y w + x, A being the
 * plane's area and w its width. Channel m of a result has its weight for plane c and (ky, kx) at
 * O_m - c A - ky w - kx. So the product has at O_m + y w + x the sum over all planes and taps, for
 * every position. With C planes and O_m = (m C + C - 1) A + (kh - 1) w + kw - 1 neither other
 * channels nor other images reach those places: what plane c gives by the weights for plane c' lies
 * c - c' areas off, and within one area positions and taps don't meet.
 */
final class TileBuilder {
  private final Convolution map;
  private final Tile tile;
  private final int degree;
  private final int area;
  private final int width;

  TileBuilder(Convolution map, Tile tile, int degree) {
    this.map = map;
    this.tile = tile;
    this.degree = degree;
    this.area = tile.area(map);
    this.width = tile.width(map);
  }

  TileLayout layout(int inputElements) {
    TileLayout.Shape shape =
        new TileLayout.Shape(
            degree,
            tile.together(),
            tile.span(map),
            tile.whole(),
            tile.tiles(map),
            tile.inputs(map),
            tile.results(map));
    return TileLayout.of(shape, inputElements, uploads(), results());
  }

  private int acrossTiles() {
    return Tile.ceil(map.columns(), tile.columns());
  }

  /** The element at each place of an image's uploads. */
  private int[] uploads() {
    int span = tile.span(map);
    int inputs = tile.inputs(map);
    int[] elements = new int[tile.tiles(map) * inputs * span];
    Arrays.fill(elements, Convolution.NONE);
    for (int t = 0; t < tile.tiles(map); t++) {
      int top = t / acrossTiles() * tile.rows();
      int left = t % acrossTiles() * tile.columns();
      for (int p = 0; p < map.planes().size(); p++) {
        int at = (t * inputs + p / tile.planes()) * span + p % tile.planes() * area;
        fill(map.planes().get(p), top, left, elements, at);
      }
    }
    return elements;
  }

  private void fill(Plane plane, int top, int left, int[] elements, int at) {
    for (int y = 0; y < tile.height(map); y++) {
      for (int x = 0; x < width; x++) {
        elements[at + y * width + x] = plane.element(top + y, left + x);
      }
    }
  }

  /** The place of each element of the result. */
  private int[] results() {
    int span = tile.span(map);
    int[] places = new int[map.outputs()];
    int at = 0;
    for (int y = 0; y < map.rows(); y++) {
      for (int x = 0; x < map.columns(); x++) {
        int t = y / tile.rows() * acrossTiles() + x / tile.columns();
        int within = y % tile.rows() * width + x % tile.columns();
        for (int m = 0; m < map.channels(); m++) {
          int result = t * tile.results(map) + m / tile.channels();
          places[at++] = result * span + origin(m % tile.channels()) + within;
        }
      }
    }
    return places;
  }

  /** Where the first position of a channel of a result lies. */
  private int origin(int channel) {
    return (channel * tile.planes() + tile.planes() - 1) * area
        + (map.kernelRows() - 1) * width
        + map.kernelColumns()
        - 1;
  }

  private PolynomialMap.Builder polynomials() {
    int inputs = tile.inputs(map);
    PolynomialMap.Builder builder =
        new PolynomialMap.Builder(degree, inputs, tile.planes() * area, tile.span(map));
    int[][] lastPlaces = new int[inputs][];
    GroupTaps[] taps = map.groups().stream().map(this::taps).toArray(GroupTaps[]::new);
    int firstGroup = 0;
    for (int result = 0; result < tile.results(map); result++) {
      int first = result * tile.channels();
      int end = Math.min(first + tile.channels(), map.channels());
      while (map.groups().get(firstGroup).end() <= first) {
        firstGroup++;
      }
      for (int input = 0; input < inputs; input++) {
        addTerm(builder, taps, firstGroup, input, first, end, lastPlaces);
      }
      builder.endResult();
    }
    return builder;
  }

  private LinearMap numbers() {
    LinearMapBuilder builder = LinearMap.builder(map.planes().size(), map.channels());
    for (Group group : map.groups()) {
      builder.block(
          group.planes(), group.firstChannel(), WeightMatrix.of(group.channels(), group.weights()));
    }
    return builder.build();
  }

  /** What multiplies: numbers for a tile of positions, else polynomials. */
  CiphertextMap map(WeightsMemory memory) {
    return tile.isPositions(map) ? numbers() : polynomials().build(memory);
  }

  /** A group's taps by the upload that has their plane. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record GroupTaps(Group group, int[][] byInput) {}

  private GroupTaps taps(Group group) {
    int[] counts = new int[tile.inputs(map)];
    for (int plane : group.planes()) {
      counts[plane / tile.planes()]++;
    }
    int[][] byInput = new int[counts.length][];
    for (int i = 0; i < counts.length; i++) {
      byInput[i] = new int[counts[i]];
    }
    Arrays.fill(counts, 0);
    for (int k = 0; k < group.taps(); k++) {
      int input = group.planes()[k] / tile.planes();
      byInput[input][counts[input]++] = k;
    }
    return new GroupTaps(group, byInput);
  }

  private void addTerm(
      PolynomialMap.Builder builder,
      GroupTaps[] taps,
      int firstGroup,
      int input,
      int first,
      int end,
      int[][] lastPlaces) {
    int count = 0;
    for (int g = firstGroup; g < taps.length && taps[g].group.firstChannel() < end; g++) {
      Group group = taps[g].group;
      int channels = Math.min(end, group.end()) - Math.max(first, group.firstChannel());
      count += channels * taps[g].byInput[input].length;
    }
    if (count == 0) {
      return;
    }
    int[] places = new int[count];
    int[] weights = new int[count];
    int at = 0;
    for (int g = firstGroup; g < taps.length && taps[g].group.firstChannel() < end; g++) {
      Group group = taps[g].group;
      int from = Math.max(first, group.firstChannel());
      int to = Math.min(end, group.end());
      for (int m = from; m < to; m++) {
        for (int k : taps[g].byInput[input]) {
          places[at] =
              origin(m - first)
                  - group.planes()[k] % tile.planes() * area
                  - group.ky()[k] * width
                  - group.kx()[k];
          weights[at++] = group.weights()[(m - group.firstChannel()) * group.taps() + k];
        }
      }
    }
    int[] last = lastPlaces[input];
    if (last != null && Arrays.equals(last, places)) {
      places = last;
    }
    lastPlaces[input] = places;
    builder.term(input, places, weights);
  }

  /** For tests: the weights with memory of their own. */
  PolynomialMap built() {
    return polynomials().build(new WeightsMemory(Long.MAX_VALUE));
  }
}
