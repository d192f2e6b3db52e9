package io.sotto.server.compile.layouts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TileChoicesTest {
  private static final int DEGREE = 256;
  private static final int MOST_IMAGES = 5;

  /** Whatever else one may cut has as many parts, and they are larger. */
  @Test
  void noOtherTileIsSmallerWithAsFewParts() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      Convolution map = DenseMap.of(ConvolutionCase.random(random).map());
      Convolution wide = new Convolution(7, 5, map.channels(), 3, 2, map.planes(), map.groups());
      Set<Tile> all = new HashSet<>(TileChoices.all(wide, MOST_IMAGES, DEGREE));
      assertThat(all).as("seed %d", seed).allMatch(tile -> fits(wide, tile));
      for (Tile any : anyThatFit(wide)) {
        assertThat(all).as("%s, seed %d", any, seed).contains(even(wide, any));
      }
    }
  }

  @Test
  void thoseWorthALookAreSomeOfAll() {
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      Convolution map = DenseMap.of(ConvolutionCase.random(random).map());
      List<Tile> all = TileChoices.all(map, MOST_IMAGES, DEGREE);
      assertThat(TileChoices.of(map, MOST_IMAGES, DEGREE)).isNotEmpty().isSubsetOf(all);
    }
  }

  private static boolean fits(Convolution map, Tile tile) {
    return tile.together() * tile.span(map) <= DEGREE;
  }

  private static List<Tile> anyThatFit(Convolution map) {
    List<Tile> tiles = new ArrayList<>();
    for (int rows = 1; rows <= map.rows(); rows++) {
      for (int columns = 1; columns <= map.columns(); columns++) {
        for (int planes = 1; planes <= Math.min(40, map.planes().size()); planes++) {
          for (int channels = 1; channels <= Math.min(40, map.channels()); channels++) {
            for (int together = 1; together <= MOST_IMAGES; together++) {
              tiles.add(new Tile(together, planes, rows, columns, channels));
            }
          }
        }
      }
    }
    tiles.removeIf(tile -> !fits(map, tile));
    return tiles;
  }

  /** As many parts of each, as even as can be. */
  private static Tile even(Convolution map, Tile tile) {
    return new Tile(
        even(MOST_IMAGES, tile.together()),
        even(map.planes().size(), tile.planes()),
        even(map.rows(), tile.rows()),
        even(map.columns(), tile.columns()),
        even(map.channels(), tile.channels()));
  }

  private static int even(int length, int size) {
    return Tile.ceil(length, Tile.ceil(length, size));
  }
}
