package io.sotto.server.compile.layouts;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tiles that are worth a look: those that waste little for some number of parts. */
final class TileChoices {
  private final Convolution map;
  private final int degree;
  private final int mostChannels;
  private final List<Tile> tiles = new ArrayList<>();

  private TileChoices(Convolution map, int degree, int mostChannels) {
    this.map = map;
    this.degree = degree;
    this.mostChannels = mostChannels;
  }

  /**
   * Tiles for batches of so many images.
   *
   * @param mostChannels of a result
   */
  static List<Tile> of(Convolution map, int images, int degree, int mostChannels) {
    TileChoices choices = new TileChoices(map, degree, mostChannels);
    for (int rows : parts(map.rows())) {
      for (int columns : parts(map.columns())) {
        choices.add(rows, columns, images);
      }
    }
    return choices.tiles;
  }

  private void add(int rows, int columns, int images) {
    int area = new Tile(1, 1, rows, columns, 1).area(map);
    if (area > degree) {
      return;
    }
    for (int planes : parts(Math.min(map.planes().size(), degree / area))) {
      int room = degree / (area * planes);
      for (int together = 1; together <= Math.min(images, room); together *= 2) {
        int most = Math.min(Math.min(map.channels(), mostChannels), room / together);
        for (int channels : parts(most)) {
          tiles.add(new Tile(together, planes, rows, columns, channels));
        }
        // What no channel takes, images do.
        if (most == map.channels()) {
          tiles.add(new Tile(Math.min(images, room / most), planes, rows, columns, most));
        }
      }
    }
  }

  /** The sizes that cut a length into 1, 2, 3 and so on parts that are as even as can be. */
  private static Set<Integer> parts(int length) {
    Set<Integer> sizes = new LinkedHashSet<>();
    for (int parts = 1; parts <= length; parts = parts < 16 ? parts + 1 : parts + parts / 4) {
      sizes.add(Tile.ceil(length, parts));
    }
    sizes.add(1);
    return sizes;
  }
}
