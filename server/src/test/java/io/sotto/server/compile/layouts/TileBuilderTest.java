package io.sotto.server.compile.layouts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.ckks.PolynomialMap;
import io.sotto.converter.linear.TileLayout;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Input;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.formats.QuantizedMap;
import io.sotto.server.compile.layouts.ConvolutionFinder.Grid;
import io.sotto.server.compile.operations.WeightedNodes;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Polynomials of all tiles give what the map gives, for convolutions of all kinds. */
class TileBuilderTest {
  private static final int SHAPES = 300;
  private static final int DEGREE = 512;
  private static final int TILES_A_SHAPE = 6;

  @Test
  void everyTileGivesWhatTheMapGives() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int convolutions = 0;
    for (int shape = 0; shape < SHAPES; shape++) {
      Case layer = Case.random(random);
      Optional<Convolution> found =
          ConvolutionFinder.find(layer.map, List.of(List.of(layer.input)), layer.output);
      convolutions += found.isPresent() ? 1 : 0;
      Convolution map = found.orElseGet(() -> ConvolutionFinder.dense(layer.map));
      List<Tile> tiles = TileChoices.of(map, 5, DEGREE, DEGREE);
      assertThat(tiles).as("%s, seed %d", layer, seed).isNotEmpty();
      for (int i = 0; i < TILES_A_SHAPE; i++) {
        check(layer, map, tiles.get(random.nextInt(tiles.size())), random, seed);
      }
    }
    // Strides of which no two positions meet an input don't show.
    assertThat(convolutions).as("seed %d", seed).isGreaterThan(SHAPES * 8 / 10);
  }

  @Test
  void aMapOfAnyKindIsDense() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      Case layer = Case.random(random);
      Convolution dense = ConvolutionFinder.dense(layer.map);
      List<Tile> tiles = TileChoices.of(dense, 3, DEGREE, DEGREE);
      check(layer, dense, tiles.get(random.nextInt(tiles.size())), random, seed);
    }
  }

  private static void check(Case layer, Convolution map, Tile tile, Random random, long seed) {
    int images = tile.together();
    int inputs = layer.map.inputs();
    long[] x = random.longs((long) inputs * images, -1000, 1000).toArray();
    long[] expected = layer.apply(x, images);
    TileBuilder builder = new TileBuilder(map, tile, DEGREE);
    TileLayout layout = builder.layout(inputs);
    long[] result = new long[layer.map.outputs() * images];
    try (PolynomialMap polynomials = builder.built()) {
      LayoutTables tables = new LayoutTables(layout);
      for (int t = 0; t < layout.shape().tiles(); t++) {
        long[] out = polynomials.applyPlain(tables.uploads(t, x, images));
        tables.read(t, out, result, images);
      }
    }
    assertThat(result)
        .as("%s, %s, %s, seed %d", layer, map.planes().size(), tile, seed)
        .isEqualTo(expected);
  }

  /** A convolution with every remainder, stride, dilation, group and padding. */
  private record Case(String text, QuantizedMap map, Grid input, Grid output) {
    static Case random(Random random) {
      while (true) {
        int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
        int channels = groups * (1 + random.nextInt(4));
        int outputs = groups * (1 + random.nextInt(5));
        Shape in = Shape.of(1 + random.nextInt(12), 1 + random.nextInt(12), channels);
        int kh = 1 + random.nextInt(4);
        int kw = 1 + random.nextInt(4);
        Step stride = new Step(1 + random.nextInt(3), 1 + random.nextInt(3));
        Step dilation = new Step(1 + random.nextInt(2), 1 + random.nextInt(2));
        int tall = (kh - 1) * dilation.height() + 1;
        int wide = (kw - 1) * dilation.width() + 1;
        Margins pads =
            new Margins(
                random.nextInt(tall),
                random.nextInt(tall),
                random.nextInt(wide),
                random.nextInt(wide));
        if (in.dim(0) + pads.top() + pads.bottom() < tall
            || in.dim(1) + pads.left() + pads.right() < wide) {
          continue;
        }
        float[] weights = new float[kh * kw * channels / groups * outputs];
        for (int i = 0; i < weights.length; i++) {
          weights[i] = random.nextInt(4001) - 2000;
        }
        Conv2D node =
            Conv2D.of(
                "conv",
                new Input("x", in),
                Weights.of(Shape.of(kh, kw, channels / groups, outputs), weights),
                stride,
                dilation,
                pads,
                groups);
        AffineMap map = WeightedNodes.map(node, in);
        Grid output = new Grid(node.shape().dim(0), node.shape().dim(1), node.shape().dim(2));
        return new Case(
            "%s by %dx%d, stride %s, dilation %s, pads %s, %d groups, to %s"
                .formatted(in, kh, kw, stride, dilation, pads, groups, node.shape()),
            QuantizedMaps.of(map),
            new Grid(in.dim(0), in.dim(1), channels),
            output);
      }
    }

    long[] apply(long[] x, int images) {
      long[] y = new long[map.outputs() * images];
      int output = 0;
      for (QuantizedMap.Block block : map.blocks()) {
        for (int row = 0; row < block.rows(); row++, output++) {
          for (int k = 0; k < block.refs().length; k++) {
            for (int image = 0; image < images && block.refs()[k] != AffineMap.ZERO; image++) {
              y[output * images + image] +=
                  (long) block.weights()[row * block.refs().length + k]
                      * x[block.refs()[k] * images + image];
            }
          }
        }
      }
      return y;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
