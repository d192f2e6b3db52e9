package io.sotto.converter.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.combine.Move.Axis;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedPointOverflowException;
import io.sotto.converter.shares.FixedTensor;
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
  void aSumThatLeavesItsFormatIsAnError() {
    try (CombineServer step = new CombineServer(spec(), null)) {
      FixedTensor a = new FixedTensor(spec().inputs().get(0), 1);
      FixedTensor b = new FixedTensor(spec().inputs().get(1), 1);
      a.values()[3] = (1 << 19) - 1;
      b.values()[4] = -4;
      assertThatThrownBy(() -> step.twin().run(List.of(a, b)))
          .isInstanceOf(FixedPointOverflowException.class);
    }
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
