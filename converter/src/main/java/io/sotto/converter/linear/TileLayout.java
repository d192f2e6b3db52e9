package io.sotto.converter.linear;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.MoveFinder;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Many elements a ciphertext, so that one product of polynomials multiplies and adds them: tiles of
 * an image, and several images beside each other if they fit.
 *
 * <p>Images go into groups of so many as lie in one ciphertext, {@link Shape#span} coefficients
 * each. A group has some tiles, all computed by the same map of polynomials; a tile has some
 * ciphertexts, and some results.
 */
public final class TileLayout implements Layout {
  static final int CODE = 1;

  /** The largest tables of places. */
  private static final int MAX_PLACES = 1 << 26;

  private static final int UPLOADS_AT_ONCE = 16;

  /**
   * The sizes.
   *
   * @param degree N
   * @param together images in one ciphertext
   * @param span coefficients of each
   * @param whole whether all coefficients of an upload travel, or those of the images alone
   * @param tiles of an image
   * @param inputs ciphertexts of a tile
   * @param results of a tile
   */
  public record Shape(
      int degree, int together, int span, boolean whole, int tiles, int inputs, int results) {
    public Shape {
      if (together < 1 || span < 1 || (long) together * span > degree) {
        throw new IllegalArgumentException(
            "%d images of %d coefficients each in a ciphertext of %d"
                .formatted(together, span, degree));
      }
      requirePlaces(tiles, inputs, span, groups(degree, together));
      requirePlaces(tiles, results, span, groups(degree, together));
    }

    private static void requirePlaces(int tiles, int ciphertexts, int span, int mostGroups) {
      long all = (long) tiles * ciphertexts;
      if (tiles < 1 || ciphertexts < 1 || all > MAX_PLACES / span) {
        throw new IllegalArgumentException(
            "a layout of %d tiles with %d ciphertexts of %d places each; allowed are 1..%d places"
                .formatted(tiles, ciphertexts, span, MAX_PLACES));
      }
      if (all * mostGroups > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a layout of %d ciphertexts for %d groups of images; allowed are %d in all"
                .formatted(all, mostGroups, Integer.MAX_VALUE));
      }
    }

    int groups(int images) {
      return groups(images, together);
    }

    private static int groups(int images, int together) {
      return (images + together - 1) / together;
    }
  }

  private final Shape shape;
  private final int inputElements;

  /** The element at each place of an image's uploads. */
  private final PlaceTable uploads;

  /** The place of each element of the result. */
  private final PlaceTable results;

  private volatile @Nullable ByResult byResult;

  /**
   * Elements in the order of the results that have them.
   *
   * @param starts where those of each result of a tile begin
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; large.
  private record ByResult(int[] elements, int[] starts) {}

  private TileLayout(
      Shape shape, int inputElements, int outputElements, List<Move> into, List<Move> from) {
    this.shape = shape;
    this.inputElements = inputElements;
    if ((long) shape.tiles * shape.results > outputElements) {
      throw new IllegalArgumentException(
          "%d tiles of %d results for %d elements; each result has some"
              .formatted(shape.tiles, shape.results, outputElements));
    }
    int uploaded = shape.tiles * shape.inputs * shape.span;
    int responded = shape.tiles * shape.results * shape.span;
    this.uploads = new PlaceTable(into, uploaded, inputElements, "an upload's place");
    this.results = new PlaceTable(from, outputElements, responded, "an element of the result");
    if (results.missing() < outputElements) {
      throw new IllegalArgumentException(
          "element %d of the result has no place".formatted(results.missing()));
    }
  }

  private ByResult byResult() {
    ByResult known = byResult;
    if (known == null) {
      known = sorted();
      byResult = known;
    }
    return known;
  }

  private ByResult sorted() {
    int[] places = results.numbers();
    int[] starts = new int[shape.results + 1];
    for (int place : places) {
      starts[result(place) + 1]++;
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    int[] elements = new int[places.length];
    int[] next = starts.clone();
    for (int element = 0; element < places.length; element++) {
      elements[next[result(places[element])]++] = element;
    }
    return new ByResult(elements, starts);
  }

  private int result(int place) {
    return place / shape.span % shape.results;
  }

  /** The elements that some consecutive results of all tiles have. */
  int[] elements(int firstResult, int count) {
    ByResult sorted = byResult();
    return Arrays.copyOfRange(
        sorted.elements, sorted.starts[firstResult], sorted.starts[firstResult + count]);
  }

  /** The element at a place of an image's uploads, tile by tile, or {@link MoveFinder#NONE}. */
  public int element(int place) {
    return uploads.get(place);
  }

  /** Where an element is among the results of an image, tile by tile. */
  public int place(int element) {
    return results.get(element);
  }

  /**
   * A layout.
   *
   * @param elements for each place of an image's uploads, upload by upload and tile by tile, the
   *     element there, or {@link MoveFinder#NONE}
   * @param places for each element of the result its place among those of the results
   */
  public static TileLayout of(Shape shape, int inputElements, int[] elements, int[] places) {
    return new TileLayout(
        shape,
        inputElements,
        places.length,
        MoveFinder.find(0, 1, elements),
        MoveFinder.find(0, 1, places));
  }

  public Shape shape() {
    return shape;
  }

  @Override
  public String name() {
    String tiles = shape.tiles == 1 ? "" : ", %d tiles".formatted(shape.tiles);
    String images = shape.together == 1 ? "" : ", %d images".formatted(shape.together);
    String kind = isOfPositions() ? "positions" : "polynomial";
    return "%s %d -> %d%s%s".formatted(kind, shape.inputs, shape.results, tiles, images);
  }

  /** Does every result lie where its inputs do? Then products are by numbers. */
  private boolean isOfPositions() {
    return !shape.whole && results.get(0) % shape.span == 0;
  }

  @Override
  public int uploads(int images) {
    return Math.multiplyExact(shape.groups(images), shape.tiles * shape.inputs);
  }

  @Override
  public int used(int images) {
    return shape.whole ? shape.degree : Math.min(images, shape.together) * shape.span;
  }

  @Override
  public int uploadsAtOnce() {
    return UPLOADS_AT_ONCE;
  }

  @Override
  public List<Shares> arranged(List<Shares> inputs, Scope scope) {
    if (inputs.size() == 1) {
      return inputs;
    }
    int bits = inputs.get(0).format().bits();
    ExactFormat format = new ExactFormat(inputElements, bits, 0);
    ExactShares all = format.allocate(inputs.get(0).images(), scope);
    long at = 0;
    for (Shares own : inputs) {
      NativeBuffer values = own.values();
      all.values().slice(at, values.size()).bytes().put(values.bytes());
      at += values.size();
    }
    return List.of(all);
  }

  @Override
  public long copied(int inputs, int elements, int images) {
    return inputs == 1 ? 0 : (long) elements * images;
  }

  @Override
  public void rows(List<Shares> inputs, int first, int count, Rows rows) {
    int images = inputs.get(0).images();
    int used = used(images);
    int perGroup = shape.tiles * shape.inputs;
    long span = shape.span * (long) Long.BYTES;
    int[] elements = uploads.numbers();
    try (Scope scope = new Scope()) {
      NativeBuffer values = inputs.get(0).values();
      NativeBuffer numbers = scope.allocate((long) count * used * Long.BYTES);
      NativeBuffer index = scope.allocate(shape.span * (long) Integer.BYTES);
      for (int i = 0; i < count; i++) {
        int image = (first + i) / perGroup * shape.together;
        int start = (first + i) % perGroup * shape.span;
        index.bytes().asIntBuffer().put(elements, start, shape.span);
        for (int b = 0; b < Math.min(shape.together, images - image); b++) {
          NativeBuffer row = numbers.slice((long) i * used * Long.BYTES + b * span, span);
          FixedPointKernel.gather(values, index, images, image + b, row);
        }
      }
      rows.take(0, numbers, count);
    }
  }

  /** Groups of images that the results of one block have at most, of so many tiles each. */
  public static int groupsAtOnce(int tiles) {
    return Math.max(1, TileBlock.TILES / tiles);
  }

  /** Polynomials of weights that the results of one block take, at most. */
  long weightsAtOnce() {
    return (long) Math.min(shape.results, TileBlock.RESULTS) * shape.inputs;
  }

  @Override
  public List<TileBlock> response(RingParameters ring, int bits, int images) {
    return TileBlock.of(this, ring, bits, images);
  }

  @Override
  public long results(int images) {
    return (long) shape.groups(images) * shape.tiles * shape.results;
  }

  @Override
  public long resultsAtOnce(RingParameters ring, int images) {
    return TileBlock.most(this, images);
  }

  @Override
  public void requireFor(RingParameters ring, int inputs, int outputs) {
    if (shape.degree != ring.degree() || inputElements != inputs || results.places() != outputs) {
      throw new IllegalArgumentException(
          "%s of %d -> %d elements for a step of %d -> %d in %s"
              .formatted(this, inputElements, results.places(), inputs, outputs, ring));
    }
  }

  @Override
  public long ciphertexts(int images) {
    return (long) shape.groups(images) * shape.tiles * (shape.inputs + shape.results);
  }

  @Override
  public long tableBytes() {
    return (uploads.places() + 2L * results.places() + shape.results + 1) * Integer.BYTES;
  }

  @Override
  public void write(SpecWriter out) {
    out.number(CODE)
        .number(shape.together)
        .number(shape.span)
        .number(shape.whole ? 1 : 0)
        .number(shape.tiles)
        .number(shape.inputs)
        .number(shape.results);
    uploads.write(out);
    results.write(out);
  }

  /** Reads what {@link #write} wrote, after the code. */
  static TileLayout read(SpecReader in, int degree, int inputs, int outputs) {
    Shape shape =
        new Shape(
            degree,
            in.number("a layout's images", 1, degree),
            in.number("a layout's coefficients", 1, degree),
            in.number("a layout's uploads", 0, 1) == 1,
            in.number("a layout's tiles", 1, MAX_PLACES),
            in.number("a tile's ciphertexts", 1, MAX_PLACES),
            in.number("a tile's results", 1, MAX_PLACES));
    in.check((long) shape.tiles * shape.inputs * shape.span);
    in.check(outputs);
    return new TileLayout(shape, inputs, outputs, PlaceTable.read(in), PlaceTable.read(in));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TileLayout layout
        && shape.equals(layout.shape)
        && inputElements == layout.inputElements
        && uploads.equals(layout.uploads)
        && results.equals(layout.results);
  }

  @Override
  public int hashCode() {
    return Objects.hash(shape, inputElements, uploads, results);
  }

  @Override
  public String toString() {
    return "TileLayout[" + shape + "]";
  }
}
