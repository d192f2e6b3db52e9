package io.sotto.converter.linear;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.HalfCellShares;
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.ArrayList;
import java.util.Arrays;
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
    int most = most(shape, images);
    List<TileBlock> blocks = new ArrayList<>();
    for (int first = 0; first < shape.results(); first += most) {
      int count = Math.min(most, shape.results() - first);
      blocks.add(new TileBlock(layout, ring, first, count, images, bits));
    }
    return blocks;
  }

  /** The most results of a tile that one block has. */
  static int most(TileLayout.Shape shape, int images) {
    int tiles = shape.groups(images) * shape.tiles();
    return Math.min(shape.results(), Math.max(1, POLYNOMIALS / tiles));
  }

  @Override
  public int polynomials() {
    TileLayout.Shape shape = layout.shape();
    return shape.groups(images) * shape.tiles() * count;
  }

  /** The elements that the block has of each image. */
  int[] elements() {
    return layout.elements(first, count);
  }

  /** Where those of the first image are among the block's coefficients, in int32. */
  NativeBuffer places(Scope scope) {
    TileLayout.Shape shape = layout.shape();
    int perTile = shape.results() * shape.span();
    int[] places = elements();
    for (int i = 0; i < places.length; i++) {
      int place = layout.place(places[i]);
      int result = place / shape.span() % shape.results() - first;
      places[i] = (place / perTile * count + result) * shape.degree() + place % shape.span();
    }
    return ints(places, scope);
  }

  static NativeBuffer ints(int[] values, Scope scope) {
    NativeBuffer buffer = scope.allocate(values.length * (long) Integer.BYTES);
    buffer.bytes().asIntBuffer().put(values);
    return buffer;
  }

  /** Where an image's results begin, after those of the first one. */
  int offset(int image) {
    TileLayout.Shape shape = layout.shape();
    return image / shape.together() * shape.tiles() * count * shape.degree()
        + image % shape.together() * shape.span();
  }

  @Override
  public void addBiases(Accumulated results, LinearWeights weights, int wideBits) {
    long[] biases = Arrays.stream(elements()).mapToLong(weights::bias).toArray();
    try (Scope scope = new Scope()) {
      NativeBuffer places = places(scope);
      for (int image = 0; image < images && biases.length > 0; image++) {
        results.addBiases(biases, places, offset(image), wideBits);
      }
    }
  }

  @Override
  public void convert(NativeBuffer polynomials, HalfCellShares shares, Conversion conversion) {
    int[] own = elements();
    if (own.length == 0) {
      return;
    }
    try (Scope scope = new Scope()) {
      NativeBuffer places = places(scope);
      NativeBuffer elements = ints(own, scope);
      NativeBuffer compact = scope.allocate(own.length * (long) Long.BYTES);
      for (int image = 0; image < images; image++) {
        FixedPointKernel.gather(polynomials, places, 1, offset(image), compact);
        conversion.convert(compact, compact);
        FixedPointKernel.scatter(compact, elements, images, image, shares.values());
      }
    }
  }
}
