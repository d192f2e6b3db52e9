package io.sotto.server.compile.layouts;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tiles of a convolution that fit into a ciphertext. */
final class TileChoices {
  /** From so many parts on, a quarter more at a time. */
  private static final int MANY_PARTS = 16;

  private final Convolution map;
  private final int degree;
  private final int manyParts;
  private final List<Tile> tiles = new ArrayList<>();

  private TileChoices(Convolution map, int degree, int manyParts) {
    this.map = map;
    this.degree = degree;
    this.manyParts = manyParts;
  }

  /** Those that are worth a look for batches of so many images. */
  static List<Tile> of(Convolution map, int images, int degree) {
    return new TileChoices(map, degree, MANY_PARTS).find(images);
  }

  /** Those that no other one beats: each cuts positions, planes, channels and images evenly. */
  static List<Tile> all(Convolution map, int images, int degree) {
    return new TileChoices(map, degree, Integer.MAX_VALUE).find(images);
  }

  private List<Tile> find(int images) {
    for (int rows : sizes(map.rows(), degree)) {
      for (int columns : sizes(map.columns(), degree)) {
        add(rows, columns, images);
      }
    }
    return tiles;
  }

  private void add(int rows, int columns, int images) {
    int room = degree / new Tile(1, 1, rows, columns, 1).area(map);
    for (int planes : sizes(map.planes().size(), room)) {
      for (int channels : sizes(map.channels(), room / planes)) {
        for (int together : sizes(images, room / planes / channels)) {
          tiles.add(new Tile(together, planes, rows, columns, channels));
        }
      }
    }
  }

  /** The sizes up to one that cut a length into some number of parts as evenly as can be. */
  private Set<Integer> sizes(int length, int most) {
    Set<Integer> sizes = new LinkedHashSet<>();
    int parts = most < 1 ? length + 1 : Tile.ceil(length, most);
    while (parts <= length) {
      int size = Tile.ceil(length, parts);
      sizes.add(size);
      int next = parts < manyParts ? parts + 1 : parts + parts / 4;
      parts = Math.max(next, size == 1 ? length + 1 : Tile.ceil(length, size - 1));
    }
    if (most >= 1) {
      sizes.add(1);
    }
    return sizes;
  }
}
