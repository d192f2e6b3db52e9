package io.sotto.server.compile.layouts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.ckks.PolynomialMap;
import io.sotto.converter.linear.TileLayout;
import java.util.List;
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
      ConvolutionCase layer = ConvolutionCase.random(random);
      convolutions += layer.found().isPresent() ? 1 : 0;
      Convolution map = layer.convolution();
      List<Tile> tiles = TileChoices.all(map, 5, DEGREE);
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
      ConvolutionCase layer = ConvolutionCase.random(random);
      Convolution dense = DenseMap.of(layer.map());
      List<Tile> tiles = TileChoices.all(dense, 3, DEGREE);
      check(layer, dense, tiles.get(random.nextInt(tiles.size())), random, seed);
    }
  }

  private static void check(
      ConvolutionCase layer, Convolution map, Tile tile, Random random, long seed) {
    int images = tile.together();
    int inputs = layer.map().inputs();
    long[] x = random.longs((long) inputs * images, -1000, 1000).toArray();
    long[] expected = layer.apply(x, images);
    TileBuilder builder = new TileBuilder(map, tile, DEGREE);
    TileLayout layout = builder.layout(inputs);
    long[] result = new long[layer.map().outputs() * images];
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
}
