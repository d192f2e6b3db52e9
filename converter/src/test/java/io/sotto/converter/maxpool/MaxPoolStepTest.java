package io.sotto.converter.maxpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.StepRun;
import io.sotto.natives.testing.LeakCheck;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class MaxPoolStepTest {
  private static MaxPoolSpec spec(int bits, FunctionForm form, Pooling... poolings) {
    long outputs = poolings[poolings.length - 1].outElements();
    return new MaxPoolSpec(
        new ExactFormat((int) poolings[0].inElements(), bits, 8),
        new ExactFormat((int) outputs, bits, 8),
        16,
        List.of(poolings),
        form);
  }

  /** 3x3 windows of 5x7x2 at stride 2, one before, so that windows at the border are smaller. */
  private static MaxPoolSpec overlapping(FunctionForm form) {
    return spec(24, form, new Pooling(5, 7, 2, 3, 2, 1, 4), new Pooling(1, 5, 8, 3, 2, 1, 3));
  }

  @ParameterizedTest
  @EnumSource(FunctionForm.class)
  void bothSidesAreTheTwin(FunctionForm form) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (MaxPoolSpec spec :
        List.of(
            overlapping(form),
            spec(16, form, new Pooling(2, 10, 1, 10, 1, 0, 1)),
            spec(17, form, new Pooling(3, 4, 5, 1, 2, 0, 2)),
            spec(20, form, new Pooling(1, 6, 2, 2, 2, 0, 3)))) {
      MaxPoolServer step = new MaxPoolServer(spec);
      // Within 15 bits, so that differences have 16.
      FixedTensor x = StepRun.values(spec.input(), 3, 2L << (spec.input().bits() - 16), random);
      FixedTensor result = StepRun.run(step, List.of(x), random);
      assertThat(result.values())
          .as("seed %d, %s", seed, spec)
          .isEqualTo(step.twin().run(List.of(x)).values());
    }
  }

  /** Differences that don't fit the comparison wrap, at both sides and in the twin alike. */
  @ParameterizedTest
  @EnumSource(FunctionForm.class)
  void whatTheComparisonDoesNotHoldWrapsAlike(FunctionForm form) throws Exception {
    Random random = new Random(7);
    MaxPoolServer step = new MaxPoolServer(overlapping(form));
    FixedTensor x = StepRun.values(step.spec().input(), 20, 1, random);
    Wraps wraps = new Wraps();
    long[] expected = step.twin().run(List.of(x), wraps).values();
    assertThat(wraps.count()).isPositive();
    assertThat(StepRun.run(step, List.of(x), random).values()).isEqualTo(expected);
  }

  @Test
  void theTwinIsTheMaximumOverBothAxes() {
    MaxPoolSpec spec = overlapping(FunctionForm.LOOKUP);
    FixedTensor x = StepRun.values(spec.input(), 1, 1 << 10, new Random(5));
    FixedTensor result = new MaxPoolServer(spec).twin().run(List.of(x));
    for (int y = 0; y < 3; y++) {
      for (int column = 0; column < 4; column++) {
        for (int channel = 0; channel < 2; channel++) {
          long largest = Long.MIN_VALUE;
          for (int i = 2 * y - 1; i <= 2 * y + 1; i++) {
            for (int j = 2 * column - 1; j <= 2 * column + 1; j++) {
              if (i >= 0 && i < 5 && j >= 0 && j < 7) {
                largest = Math.max(largest, x.get((i * 7 + j) * 2 + channel, 0));
              }
            }
          }
          assertThat(result.get((y * 4 + column) * 2 + channel, 0)).isEqualTo(largest);
        }
      }
    }
  }

  @Test
  void differencesThatTheComparisonDoesNotHoldAreNoted() {
    MaxPoolSpec spec = spec(20, FunctionForm.LOOKUP, new Pooling(1, 2, 1, 2, 2, 0, 1));
    FixedTensor x = new FixedTensor(spec.input(), 1, new long[] {20_000, -20_000});
    Wraps wraps = new Wraps();
    new MaxPoolServer(spec).twin().run(List.of(x), wraps);
    assertThat(wraps.count()).isOne();
    assertThat(wraps.first().orElseThrow()).contains("16 bits");
  }

  @Test
  void windowsThatLieOutsideAreRefused() {
    assertThatThrownBy(() -> new Pooling(1, 4, 1, 2, 2, 0, 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Pooling(1, 4, 1, 2, 2, 2, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
