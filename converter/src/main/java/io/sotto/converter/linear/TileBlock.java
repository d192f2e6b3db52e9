package io.sotto.converter.linear;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.HalfCellShares;
import io.sotto.natives.NativeBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Some consecutive results of each tile of all images, in a {@link TileLayout}: group by group,
 * tile by tile.
 *
 * @param first number of the first result
 * @param count results of a tile
 */
record TileBlock(TileLayout layout, RingParameters ring, int first, int count, int images, int bits)
    implements ResponseBlock {
  /** Few enough for the client to decrypt a block while the server computes the next one. */
  private static final int POLYNOMIALS = 32;

  static List<TileBlock> of(TileLayout layout, RingParameters ring, int bits, int images) {
    TileLayout.Shape shape = layout.shape();
    int tiles = shape.groups(images) * shape.tiles();
    int most = Math.max(1, POLYNOMIALS / tiles);
    List<TileBlock> blocks = new ArrayList<>();
    for (int first = 0; first < shape.results(); first += most) {
      int count = Math.min(most, shape.results() - first);
      blocks.add(new TileBlock(layout, ring, first, count, images, bits));
    }
    return blocks;
  }

  @Override
  public int polynomials() {
    TileLayout.Shape shape = layout.shape();
    return shape.groups(images) * shape.tiles() * count;
  }

  /** Which elements the block has, and where they are among the block's coefficients. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Results(int[] elements, int[] places) {}

  /** The results of an image, as places of the first group's polynomials. */
  Results results() {
    TileLayout.Shape shape = layout.shape();
    int perTile = shape.results() * shape.span();
    int[] elements = layout.elements(first, count);
    int[] places = new int[elements.length];
    for (int i = 0; i < places.length; i++) {
      int place = layout.place(elements[i]);
      int result = place / shape.span() % shape.results() - first;
      places[i] = (place / perTile * count + result) * shape.degree() + place % shape.span();
    }
    return new Results(elements, places);
  }

  /** Where an image's results begin, less what {@link #results} says. */
  int offset(int image) {
    TileLayout.Shape shape = layout.shape();
    return image / shape.together() * shape.tiles() * count * shape.degree()
        + image % shape.together() * shape.span();
  }

  @Override
  public void convert(NativeBuffer polynomials, HalfCellShares shares, Conversion conversion) {
    Results results = results();
    int n = results.elements().length;
    if (n == 0) {
      return;
    }
    LongBuffer from = polynomials.longs();
    LongBuffer to = shares.values().longs();
    try (NativeBuffer compact = NativeBuffer.allocate((long) n * Long.BYTES)) {
      LongBuffer some = compact.longs();
      for (int image = 0; image < images; image++) {
        int offset = offset(image);
        for (int i = 0; i < n; i++) {
          some.put(i, from.get(offset + results.places()[i]));
        }
        conversion.convert(compact, compact);
        for (int i = 0; i < n; i++) {
          to.put(results.elements()[i] * images + image, some.get(i));
        }
      }
    }
  }
}
