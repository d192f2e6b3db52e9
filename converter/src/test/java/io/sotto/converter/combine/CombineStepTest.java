package io.sotto.converter.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.Move.Axis;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.StepRun;
import io.sotto.natives.testing.LeakCheck;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class CombineStepTest {
  /** a[3i] * 4 - b[5 - i], into every second element of 12; the others are constants. */
  private static CombineSpec spec() {
    return new CombineSpec(
        List.of(new ExactFormat(18, 20, 6), new ExactFormat(6, 22, 8)),
        new ExactFormat(12, 22, 8),
        List.of(
            new Move(0, 4, 0, 0, List.of(new Axis(6, 2, 3))),
            new Move(1, -1, 0, 5, List.of(new Axis(6, 2, -1)))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1500})
  void bothSidesAreTheTwin(int images) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    long[] constants = LongStream.range(0, 12).map(i -> i * 1000 - 6000).toArray();
    try (CombineServer step = new CombineServer(spec(), constants)) {
      FixedTensor a = StepRun.values(spec().inputs().get(0), images, 4, random);
      FixedTensor b = StepRun.values(spec().inputs().get(1), images, 4, random);
      FixedTensor sum = StepRun.run(step, List.of(a, b), random);
      assertThat(sum.values())
          .as("seed %d", seed)
          .isEqualTo(step.twin().run(List.of(a, b)).values());
      assertThat(sum.get(4, 0)).isEqualTo(4 * a.get(6, 0) - b.get(3, 0) - 2000);
      assertThat(sum.get(5, 0)).isEqualTo(-1000);
    }
  }

  @Test
  void aSumThatLeavesItsFormatWrapsAndIsNoted() {
    try (CombineServer step = new CombineServer(spec(), null)) {
      FixedTensor a = new FixedTensor(spec().inputs().get(0), 1);
      FixedTensor b = new FixedTensor(spec().inputs().get(1), 1);
      a.values()[3] = (1 << 19) - 1;
      b.values()[4] = -4;
      Wraps wraps = new Wraps();
      long sum = step.twin().run(List.of(a, b), wraps).get(2, 0);
      assertThat(sum).isEqualTo(-1L << 21);
      assertThat(wraps.count()).isOne();
    }
  }

  /** A residual sum: what a linear step gives, and twice 2^8 times an exact value. */
  @ParameterizedTest
  @ValueSource(ints = {1, 700})
  void exactSharesAreAddedToHalfCells(int images) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    HalfCellFormat products = new HalfCellFormat(6, 20, 12);
    ExactFormat skipped = new ExactFormat(6, 12, 4);
    CombineSpec residual =
        new CombineSpec(
            List.of(products, skipped),
            new HalfCellFormat(8, 20, 12),
            List.of(
                new Move(0, 1, 2, 5, List.of(new Axis(6, 1, -1))),
                new Move(1, -256, 1, 0, List.of(new Axis(6, 1, 1)))));
    long[] constants = LongStream.range(0, 8).map(i -> 99 * i - 300).toArray();
    try (CombineServer step = new CombineServer(residual, constants)) {
      FixedTensor a = StepRun.values(products, images, 1, random);
      FixedTensor b = StepRun.values(skipped, images, 1, random);
      assertThat(StepRun.run(step, List.of(a, b), random).values())
          .as("seed %d", seed)
          .isEqualTo(step.twin().run(List.of(a, b)).values());
    }
  }

  @Test
  void twoHalfUnitsThatCouldMakeAWholeOneAreRefused() {
    HalfCellFormat products = new HalfCellFormat(4, 20, 12);
    Move first = new Move(0, 1, 0, 0, List.of(new Axis(4, 1, 1)));
    Move second = new Move(1, 1, 3, 0, List.of());
    refused(List.of(products, products), products, List.of(first, second), "two shares in half");
    refused(List.of(products), products, List.of(new Move(0, 2, 0, 0, List.of())), "as they are");
    refused(List.of(products), products, List.of(new Move(0, -1, 0, 0, List.of())), "as they are");
    Move same = new Move(0, 1, 0, 0, List.of(new Axis(4, 0, 1)));
    refused(List.of(products), products, List.of(same), "two shares in half");
    refused(List.of(products), new ExactFormat(4, 20, 12), List.of(first), "as they are");
  }

  private static void refused(
      List<ShareFormat> inputs, ShareFormat output, List<Move> moves, String message) {
    assertThatThrownBy(() -> new CombineSpec(inputs, output, moves))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void termsThatAreTooNarrowAreRefused() {
    ExactFormat narrow = new ExactFormat(4, 10, 0);
    List<Move> plain = List.of(new Move(0, 3, 0, 0, List.of()));
    assertThatThrownBy(() -> new CombineSpec(List.of(narrow), new ExactFormat(4, 11, 0), plain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 bits");
    List<Move> shifted = List.of(new Move(0, 6, 0, 0, List.of()));
    assertThat(new CombineSpec(List.of(narrow), new ExactFormat(4, 11, 0), shifted).moves())
        .hasSize(1);
  }
}
