package io.sotto.converter.linear;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.MoveFinder;
import io.sotto.converter.moves.MoveLoop;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

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

  private static final int MAX_MOVES = 1 << 16;
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
      requirePlaces((long) tiles * inputs * span);
      requirePlaces((long) tiles * results * span);
    }

    private static void requirePlaces(long places) {
      if (places < 1 || places > MAX_PLACES) {
        throw new IllegalArgumentException(
            "a layout of %d places; allowed are 1..%d".formatted(places, MAX_PLACES));
      }
    }

    int groups(int images) {
      return (images + together - 1) / together;
    }
  }

  private final Shape shape;
  private final int inputElements;
  private final List<Move> inputMoves;
  private final List<Move> outputMoves;

  /** For each place of an image's uploads the element there, or {@link MoveFinder#NONE}. */
  private final int[] elements;

  /** For each element of the result its place. */
  private final int[] places;

  /** Elements by the number of the result, of a tile, that has them, and where those begin. */
  private final int[] byResult;

  private final int[] starts;

  private TileLayout(
      Shape shape,
      int inputElements,
      List<Move> inputMoves,
      List<Move> outputMoves,
      int[] elements,
      int[] places) {
    this.shape = shape;
    this.inputElements = inputElements;
    this.inputMoves = inputMoves;
    this.outputMoves = outputMoves;
    this.elements = elements;
    this.places = places;
    this.starts = new int[shape.results + 1];
    this.byResult = new int[places.length];
    for (int place : places) {
      starts[result(place) + 1]++;
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    int[] next = starts.clone();
    for (int element = 0; element < places.length; element++) {
      byResult[next[result(places[element])]++] = element;
    }
  }

  private int result(int place) {
    return place / shape.span % shape.results;
  }

  /** The elements that some consecutive results of all tiles have. */
  int[] elements(int firstResult, int count) {
    return Arrays.copyOfRange(byResult, starts[firstResult], starts[firstResult + count]);
  }

  /** The element at a place of an image's uploads, tile by tile, or {@link MoveFinder#NONE}. */
  public int element(int place) {
    return elements[place];
  }

  /** Where an element is among the results of an image, tile by tile. */
  public int place(int element) {
    return places[element];
  }

  /**
   * A layout.
   *
   * @param elements for each place of an image's uploads, upload by upload and tile by tile, the
   *     element there, or {@link MoveFinder#NONE}
   * @param places for each element of the result its place among those of the results
   */
  public static TileLayout of(Shape shape, int inputElements, int[] elements, int[] places) {
    return of(
        shape,
        inputElements,
        places.length,
        MoveFinder.find(0, 1, elements),
        MoveFinder.find(0, 1, places));
  }

  private static TileLayout of(
      Shape shape, int inputElements, int outputs, List<Move> into, List<Move> from) {
    int[] elements = new int[shape.tiles * shape.inputs * shape.span];
    Arrays.fill(elements, MoveFinder.NONE);
    into.forEach(move -> fill(move, elements, inputElements, "an upload's place"));
    int[] places = new int[outputs];
    Arrays.fill(places, MoveFinder.NONE);
    int all = shape.tiles * shape.results * shape.span;
    from.forEach(move -> fill(move, places, all, "an element of the result"));
    for (int element = 0; element < outputs; element++) {
      if (places[element] == MoveFinder.NONE) {
        throw new IllegalArgumentException(
            "element %d of the result has no place".formatted(element));
      }
    }
    return new TileLayout(shape, inputElements, into, from, elements, places);
  }

  private static void fill(Move move, int[] table, int bound, String what) {
    move.requireWithin(table.length, bound);
    MoveLoop.run(
        move,
        (out, in, count) -> {
          for (int i = 0; i < count; i++) {
            if (table[out + i] != MoveFinder.NONE) {
              throw new IllegalArgumentException(
                  "%s, number %d, is given twice".formatted(what, out + i));
            }
            table[out + i] = in + i;
          }
        });
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
    return !shape.whole && places[0] % shape.span == 0;
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
  public void rows(List<Shares> inputs, int first, int count, Rows rows) {
    int images = inputs.get(0).images();
    int used = used(images);
    int perGroup = shape.tiles * shape.inputs;
    long span = shape.span * (long) Long.BYTES;
    try (Scope scope = new Scope()) {
      NativeBuffer values = joined(inputs, scope);
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

  /** All inputs one after the other. */
  private NativeBuffer joined(List<Shares> inputs, Scope scope) {
    if (inputs.size() == 1) {
      return inputs.get(0).values();
    }
    NativeBuffer all = scope.allocate(inputs.stream().mapToLong(own -> own.values().size()).sum());
    long at = 0;
    for (Shares own : inputs) {
      NativeBuffer values = own.values();
      all.slice(at, values.size()).bytes().put(values.bytes());
      at += values.size();
    }
    return all;
  }

  @Override
  public List<TileBlock> response(RingParameters ring, int bits, int images) {
    return TileBlock.of(this, ring, bits, images);
  }

  @Override
  public long ciphertexts(int images) {
    return (long) shape.groups(images) * shape.tiles * (shape.inputs + shape.results);
  }

  @Override
  public long tableBytes() {
    return ((long) elements.length + places.length) * Integer.BYTES;
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
    write(inputMoves, out);
    write(outputMoves, out);
  }

  private static void write(List<Move> moves, SpecWriter out) {
    out.number(moves.size());
    moves.forEach(move -> move.write(out));
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
    return of(shape, inputs, outputs, moves(in), moves(in));
  }

  private static List<Move> moves(SpecReader in) {
    int count = in.number("a layout's moves", 1, MAX_MOVES);
    List<Move> moves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      moves.add(Move.read(in));
    }
    return moves;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TileLayout layout
        && shape.equals(layout.shape)
        && inputElements == layout.inputElements
        && inputMoves.equals(layout.inputMoves)
        && outputMoves.equals(layout.outputMoves);
  }

  @Override
  public int hashCode() {
    return Objects.hash(shape, inputElements, inputMoves, outputMoves);
  }

  @Override
  public String toString() {
    return "TileLayout[" + shape + "]";
  }
}
