package io.sotto.converter.linear;

import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.MoveFinder;
import io.sotto.converter.moves.MoveLoop;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of some places, told in moves: each place has one or {@link MoveFinder#NONE}.
 *
 * <p><b>Security.</b> Public. Moves are checked when a table is made; place by place they are
 * written out when that is first asked for, so that a plan that is refused costs little memory.
 *
 * <p><b>Threading.</b> Any threads.
 *
 * <p><b>Failure.</b> Moves that leave the table, or give a place twice, are an {@link
 * IllegalArgumentException}.
 */
final class PlaceTable {
  private static final int MAX_MOVES = 1 << 16;

  private final List<Move> moves;
  private final int places;
  private final int missing;
  private volatile int @Nullable [] numbers;

  /**
   * @param bound numbers are below this
   * @param what a place is, for people
   */
  PlaceTable(List<Move> moves, int places, int bound, String what) {
    this.moves = List.copyOf(moves);
    if (moves.size() > MAX_MOVES) {
      throw new IllegalArgumentException(
          "a layout has %d moves; allowed are up to %d".formatted(moves.size(), MAX_MOVES));
    }
    this.places = places;
    BitSet given = new BitSet(places);
    for (Move move : moves) {
      move.requireWithin(places, bound);
      if (move.input() != 0 || move.coefficient() != 1) {
        throw new IllegalArgumentException(
            "a layout moves input %d, %d times; allowed is input 0, once"
                .formatted(move.input(), move.coefficient()));
      }
      MoveLoop.run(move, (out, in, count) -> add(given, out, count, what));
    }
    this.missing = given.nextClearBit(0);
  }

  private static void add(BitSet given, int first, int count, String what) {
    for (int i = first; i < first + count; i++) {
      if (given.get(i)) {
        throw new IllegalArgumentException("%s, number %d, is given twice".formatted(what, i));
      }
      given.set(i);
    }
  }

  int places() {
    return places;
  }

  /** The first place without a number, or how many there are. */
  int missing() {
    return missing;
  }

  int get(int place) {
    return numbers()[place];
  }

  /** One for each place; not to be changed. */
  int[] numbers() {
    int[] known = numbers;
    return known != null ? known : written();
  }

  private synchronized int[] written() {
    int[] known = numbers;
    if (known != null) {
      return known;
    }
    int[] table = new int[places];
    Arrays.fill(table, MoveFinder.NONE);
    for (Move move : moves) {
      MoveLoop.run(
          move,
          (out, in, count) -> {
            for (int i = 0; i < count; i++) {
              table[out + i] = in + i;
            }
          });
    }
    numbers = table;
    return table;
  }

  void write(SpecWriter out) {
    out.number(moves.size());
    moves.forEach(move -> move.write(out));
  }

  /** The moves that {@link #write} wrote. */
  static List<Move> read(SpecReader in) {
    int count = in.number("a layout's moves", 1, MAX_MOVES);
    List<Move> moves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      moves.add(Move.read(in));
    }
    return moves;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PlaceTable table && places == table.places && moves.equals(table.moves);
  }

  @Override
  public int hashCode() {
    return Objects.hash(places, moves);
  }
}
