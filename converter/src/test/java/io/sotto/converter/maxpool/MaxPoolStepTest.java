package io.sotto.converter.maxpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.relu.ReluSpec.Form;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedPointOverflowException;
import io.sotto.converter.shares.FixedTensor;
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
  private static MaxPoolSpec spec(int bits, Form form, Pooling... poolings) {
    long outputs = poolings[poolings.length - 1].outElements();
    return new MaxPoolSpec(
        new ExactFormat((int) poolings[0].inElements(), bits, 8),
        new ExactFormat((int) outputs, bits, 8),
        16,
        0,
        List.of(poolings),
        form);
  }

  /** 3x3 windows of 5x7x2 at stride 2, one before, so that windows at the border are smaller. */
  private static MaxPoolSpec overlapping(Form form) {
    return spec(24, form, new Pooling(5, 7, 2, 3, 2, 1, 4), new Pooling(1, 5, 8, 3, 2, 1, 3));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void bothSidesAreTheTwin(Form form) throws Exception {
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

  /** A window's result may be another than its largest element if that is hardly larger. */
  @Test
  void bitsLeftOutCostAtMostTheirHalfALevel() throws Exception {
    Random random = new Random(7);
    MaxPoolSpec exact = overlapping(Form.LOOKUP);
    MaxPoolSpec spec =
        new MaxPoolSpec(exact.input(), exact.output(), 16, 6, exact.poolings(), Form.LOOKUP);
    MaxPoolServer step = new MaxPoolServer(spec);
    FixedTensor x = StepRun.values(spec.input(), 20, 1 << 15, random);
    long[] largest = step.twin().run(List.of(x)).values();
    // Two levels of comparisons for each of the two axes.
    long tolerance = 4 << 5;
    for (long[] values :
        List.of(
            StepRun.run(step, List.of(x), random).values(),
            step.twin(random).run(List.of(x)).values())) {
      int less = 0;
      for (int i = 0; i < values.length; i++) {
        assertThat(largest[i] - values[i]).isBetween(0L, tolerance);
        less += largest[i] > values[i] ? 1 : 0;
      }
      assertThat(less).isPositive();
    }
  }

  @Test
  void theTwinIsTheMaximumOverBothAxes() {
    MaxPoolSpec spec = overlapping(Form.LOOKUP);
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
  void differencesThatTheComparisonDoesNotHoldAreAnError() {
    MaxPoolSpec spec = spec(20, Form.LOOKUP, new Pooling(1, 2, 1, 2, 2, 0, 1));
    FixedTensor x = new FixedTensor(spec.input(), 1, new long[] {20_000, -20_000});
    assertThatThrownBy(() -> new MaxPoolServer(spec).twin().run(List.of(x)))
        .isInstanceOf(FixedPointOverflowException.class);
  }

  @Test
  void windowsThatLieOutsideAreRefused() {
    assertThatThrownBy(() -> new Pooling(1, 4, 1, 2, 2, 0, 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Pooling(1, 4, 1, 2, 2, 2, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
