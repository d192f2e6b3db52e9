package io.sotto.converter.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.moves.Move.Axis;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MoveFinderTest {
  private static int[] played(List<Move> moves, int outputs) {
    int[] refs = new int[outputs];
    Arrays.fill(refs, MoveFinder.NONE);
    for (Move move : moves) {
      MoveLoop.run(
          move,
          (out, in, count) -> {
            for (int i = 0; i < count; i++) {
              assertThat(refs[out + i]).isEqualTo(MoveFinder.NONE);
              refs[out + i] = in + i;
            }
          });
    }
    return refs;
  }

  private static void check(int[] refs, int most) {
    List<Move> moves = MoveFinder.find(0, 1, refs);
    assertThat(played(moves, refs.length)).isEqualTo(refs);
    assertThat(moves).hasSizeLessThanOrEqualTo(most);
  }

  @Test
  void regularMapsAreAMoveOrTwo() {
    int[] whole = new int[24 * 10 * 3];
    Arrays.setAll(whole, i -> i);
    check(whole, 1);
    int[] reversed = new int[50];
    Arrays.setAll(reversed, i -> 49 - i);
    check(reversed, 1);
    // Every second row and column of 8x8x3.
    int[] strided = new int[4 * 4 * 3];
    Arrays.setAll(strided, i -> i / 12 * 48 + i % 12 / 3 * 6 + i % 3);
    check(strided, 1);
    // 6x6x2 in the middle of 8x8x2.
    int[] padded = new int[8 * 8 * 2];
    Arrays.setAll(
        padded,
        i -> {
          int y = i / 16 - 1;
          int x = i / 2 % 8 - 1;
          return y < 0 || y >= 6 || x < 0 || x >= 6 ? MoveFinder.NONE : (y * 6 + x) * 2 + i % 2;
        });
    check(padded, 1);
    // One of three tensors that are joined along their last axis.
    int[] joined = new int[30 * 9];
    Arrays.setAll(joined, i -> i % 9 < 4 ? MoveFinder.NONE : i / 9 * 5 + i % 9 - 4);
    check(joined, 1);
    // 5x7 transposed.
    int[] transposed = new int[35];
    Arrays.setAll(transposed, i -> i % 5 * 7 + i / 5);
    check(transposed, 1);
  }

  @Test
  void anyMapIsReproduced() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int[] refs = new int[1 + random.nextInt(60)];
      int range = 1 + random.nextInt(20);
      Arrays.setAll(refs, i -> random.nextInt(range) - 1);
      List<Move> moves = MoveFinder.find(0, 1, refs);
      assertThat(played(moves, refs.length)).as("seed %d", seed).isEqualTo(refs);
      moves.forEach(move -> move.requireWithin(refs.length, range));
    }
  }

  @Test
  void movesOutsideTheTensorsAreRefused() {
    Move move = new Move(0, 1, 4, 1, List.of(new Axis(3, -2, 5)));
    move.requireWithin(5, 12);
    assertThatThrownBy(() -> move.requireWithin(4, 12))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> move.requireWithin(5, 11))
        .isInstanceOf(IllegalArgumentException.class);
    Move low = new Move(0, 1, 3, 1, List.of(new Axis(3, -2, 5)));
    assertThatThrownBy(() -> low.requireWithin(5, 12))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1..3");
  }

  @Test
  void movesOutOfProportionAreRefused() {
    Axis again = new Axis(3, 0, 0);
    assertThatThrownBy(() -> new Move(0, 1, 0, 0, List.of(again)).requireWithin(9, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a move adds the same elements to the same places 3 times; allowed is once");
    // 4x4 pairs of 7 places each: some pairs of places, or some places, are reached again.
    List<Axis> folded = List.of(new Axis(4, 1, 1), new Axis(4, 1, 1));
    assertThatThrownBy(() -> new Move(0, 1, 0, 0, folded).requireWithin(9, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a move of 16 elements reaches 7 places; allowed are no more elements than places");
    // All inputs to one output, one input to all outputs, windows of two, an element alone.
    new Move(0, 1, 4, 0, List.of(new Axis(9, 0, 1))).requireWithin(5, 9);
    new Move(0, 1, 0, 8, List.of(new Axis(9, 1, 0))).requireWithin(9, 9);
    new Move(0, 1, 0, 0, List.of(new Axis(4, 1, 2), new Axis(2, 0, 1))).requireWithin(4, 8);
    new Move(0, 1, 0, 0, List.of(new Axis(1, 0, 0))).requireWithin(1, 1);
  }
}
