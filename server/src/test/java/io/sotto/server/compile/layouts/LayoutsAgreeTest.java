package io.sotto.server.compile.layouts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.LinearSpec.Arrangement;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.linear.TileLayout;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.step.StepRun;
import io.sotto.natives.testing.LeakCheck;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Both parties' steps in any tile give what the twin gives, and what they give in batches. */
@ExtendWith(LeakCheck.class)
class LayoutsAgreeTest {
  private static final int SHAPES = 300;
  private static final int MOST_IMAGES = 5;
  private static final int MOST_CIPHERTEXTS = 60;
  private static final int BITS = 24;
  private static final int RESPONSE_BITS = 40;
  private static final RingParameters RING = RingParameters.of(11, 54);

  @Test
  void convolutionsOfAllKinds() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int shape = 0; shape < SHAPES; shape++) {
      ConvolutionCase layer = ConvolutionCase.random(random);
      Convolution map = layer.convolution();
      requireAgreement(layer, map, random, seed);
    }
  }

  private static void requireAgreement(
      ConvolutionCase layer, Convolution map, Random random, long seed) throws Exception {
    int images = 1 + random.nextInt(MOST_IMAGES);
    Tile tile = tile(map, random);
    TileBuilder builder = new TileBuilder(map, tile, RING.degree());
    TileLayout layout = builder.layout(layer.map().inputs());
    LinearSpec batch =
        new LinearSpec(
            new ExactFormat(layer.map().inputs(), BITS, 8),
            new HalfCellFormat(layer.map().outputs(), BITS, 16),
            RING,
            RESPONSE_BITS);
    long[] bias = random.longs(layer.map().outputs()).map(b -> b >> 40).toArray();
    CiphertextMap multiplier = builder.map(new WeightsMemory(Long.MAX_VALUE));
    assertThat(ParameterPlanner.in(RING, BITS, multiplier.maxL1Norm(), multiplier.maxL2Norm()))
        .isPresent();
    try (LinearWeights weights =
        new LinearWeights(layer.map().integers(), bias, Map.of(layout, multiplier))) {
      LinearServer tiled =
          new LinearServer(batch.with(List.of(new Arrangement(1, layout))), weights);
      LinearServer batched = new LinearServer(batch, weights);
      FixedTensor in = StepRun.values(batch.inputs().get(0), images, 1, random);
      long[] expected = tiled.twin().run(List.of(in)).values();
      String which = "%s, %s, %d images, seed %d".formatted(layer, tile, images, seed);
      assertThat(StepRun.run(tiled, List.of(in), random).values()).as(which).isEqualTo(expected);
      assertThat(StepRun.run(batched, List.of(in), random).values()).as(which).isEqualTo(expected);
    }
  }

  /** Any that doesn't take too long. */
  private static Tile tile(Convolution map, Random random) {
    List<Tile> tiles =
        TileChoices.all(map, MOST_IMAGES, RING.degree()).stream()
            .filter(tile -> ciphertexts(map, tile) <= MOST_CIPHERTEXTS)
            .toList();
    return tiles.get(random.nextInt(tiles.size()));
  }

  private static int ciphertexts(Convolution map, Tile tile) {
    int groups = Tile.ceil(MOST_IMAGES, tile.together());
    return groups * tile.tiles(map) * (tile.inputs(map) + tile.results(map));
  }
}
