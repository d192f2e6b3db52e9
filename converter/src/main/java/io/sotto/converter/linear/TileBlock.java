package io.sotto.converter.linear;

import io.sotto.ckks.Accumulated;
import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.shares.HalfCellShares;
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some consecutive results of each tile of some of the images, in a {@link TileLayout}: group by
 * group, tile by tile.
 *
 * @param firstGroup of the groups of images that lie in the same ciphertexts
 * @param groups so many
 * @param first number of the first result
 * @param count results of a tile
 * @param images of the whole batch
 */
record TileBlock(
    TileLayout layout,
    RingParameters ring,
    int firstGroup,
    int groups,
    int first,
    int count,
    int images,
    int bits)
    implements ResponseBlock {
  /**
   * Results of a tile: few enough for the client to decrypt a block while the server computes the
   * next one, and enough to read the upload for.
   */
  static final int RESULTS = 32;

  /** Tiles and results: weights are read once for all groups of a block. */
  private static final int POLYNOMIALS = 128;

  static final int TILES = 8;

  static List<TileBlock> of(TileLayout layout, RingParameters ring, int bits, int images) {
    TileLayout.Shape shape = layout.shape();
    int allGroups = shape.groups(images);
    int mostGroups = mostGroups(shape, images);
    int most = mostResults(shape, images);
    List<TileBlock> blocks = new ArrayList<>();
    for (int group = 0; group < allGroups; group += mostGroups) {
      int groups = Math.min(mostGroups, allGroups - group);
      for (int first = 0; first < shape.results(); first += most) {
        int count = Math.min(most, shape.results() - first);
        blocks.add(new TileBlock(layout, ring, group, groups, first, count, images, bits));
      }
    }
    return blocks;
  }

  private static int mostGroups(TileLayout.Shape shape, int images) {
    return Math.min(shape.groups(images), TileLayout.groupsAtOnce(shape.tiles()));
  }

  private static int mostResults(TileLayout.Shape shape, int images) {
    int tiles = mostGroups(shape, images) * shape.tiles();
    return Math.min(shape.results(), Math.max(1, Math.min(RESULTS, POLYNOMIALS / tiles)));
  }

  /** The most polynomials that one block has, or one of fewer images. */
  static long most(TileLayout layout, int images) {
    return Math.min(layout.results(images), Math.max(POLYNOMIALS, layout.shape().tiles()));
  }

  @Override
  public CiphertextMap.Part part() {
    int tiles = layout.shape().tiles();
    return new CiphertextMap.Part(firstGroup * tiles, groups * tiles, first, count);
  }

  @Override
  public int polynomials() {
    return groups * layout.shape().tiles() * count;
  }

  private int firstImage() {
    return firstGroup * layout.shape().together();
  }

  private int endImage() {
    return Math.min(images, (firstGroup + groups) * layout.shape().together());
  }

  /** The elements that the block has of each image. */
  int[] elements() {
    return layout.elements(first, count);
  }

  /** Where those of the block's first image are among the block's coefficients, in int32. */
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
    int group = image / shape.together() - firstGroup;
    return group * shape.tiles() * count * shape.degree() + image % shape.together() * shape.span();
  }

  @Override
  public void addBiases(Accumulated results, LinearWeights weights, int wideBits) {
    long[] biases = Arrays.stream(elements()).mapToLong(weights::bias).toArray();
    try (Scope scope = new Scope()) {
      NativeBuffer places = places(scope);
      for (int image = firstImage(); image < endImage() && biases.length > 0; image++) {
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
      for (int image = firstImage(); image < endImage(); image++) {
        FixedPointKernel.gather(polynomials, places, 1, offset(image), compact);
        conversion.convert(compact, compact);
        FixedPointKernel.scatter(compact, elements, images, image, shares.values());
      }
    }
  }
}
