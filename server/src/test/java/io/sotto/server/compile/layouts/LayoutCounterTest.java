package io.sotto.server.compile.layouts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.PolynomialMap;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.linear.TileLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is counted of a layout is what it has once it is made. */
class LayoutCounterTest {
  private static final RingParameters RING = RingParameters.of(11, 46);
  private static final int SHAPES = 60;
  private static final int TILES_A_SHAPE = 4;
  private static final int MOST_IMAGES = 5;

  @Test
  void countsAreThoseOfTheLayout() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int shape = 0; shape < SHAPES; shape++) {
      ConvolutionCase layer = ConvolutionCase.random(random);
      Convolution map = layer.convolution();
      List<Tile> tiles = TileChoices.all(map, MOST_IMAGES, RING.degree());
      try (LinearMap integers = layer.map().integers()) {
        for (int i = 0; i < TILES_A_SHAPE; i++) {
          Tile tile = tiles.get(random.nextInt(tiles.size()));
          check(layer, map, tile, integers, "%s, %s, seed %d".formatted(layer, tile, seed));
        }
      }
    }
  }

  private static void check(
      ConvolutionCase layer, Convolution map, Tile tile, LinearMap integers, String which) {
    TileBuilder builder = new TileBuilder(map, tile, RING.degree());
    TileLayout layout = builder.layout(layer.map().inputs());
    // A width at which it depends on the tile's channels.
    int wideBits = 30;
    LayoutCounter counter = new LayoutCounter(RING, map, integers, wideBits);
    LayoutWork work = counter.of(tile, MOST_IMAGES);
    assertThat(work.uploads()).as(which).isEqualTo(layout.uploads(MOST_IMAGES));
    assertThat(work.results()).as(which).isEqualTo((double) layout.results(MOST_IMAGES));
    try (PolynomialMap polynomials = builder.built()) {
      if (tile.isPositions(map)) {
        assertThat(work.weights()).as(which).isZero();
        assertThat(work.multiplyAdds()).as(which).isPositive();
      } else {
        assertThat(work.weights()).as(which).isEqualTo(polynomials.products());
        double groups = layout.uploads(MOST_IMAGES) / (double) layout.shape().inputs();
        assertThat(work.products()).as(which).isEqualTo(groups * polynomials.products());
      }
      assertThat(counter.isExact(tile))
          .as(which)
          .isEqualTo(
              ParameterPlanner.in(RING, wideBits, integers.maxL1Norm(), polynomials.maxL2Norm())
                  .isPresent());
    }
  }
}
