package io.sotto.converter.multiply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.StepRun;
import io.sotto.natives.testing.LeakCheck;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class MultiplyStepTest {
  private static MultiplySpec spec(boolean square, int elements, int bits) {
    ExactFormat x = new ExactFormat(elements, bits, 3);
    ExactFormat y = new ExactFormat(elements, bits, 2);
    return square
        ? new MultiplySpec(List.of(x), new ExactFormat(elements, bits, 6))
        : new MultiplySpec(List.of(x, y), new ExactFormat(elements, bits, 5));
  }

  /** One instance, less than a byte of bits, more than a block, more than the window's chunks. */
  @ParameterizedTest
  @CsvSource({"1, 1, 2", "3, 1, 30", "5, 61, 33", "30, 400, 24", "7, 13, 56"})
  void bothSidesAreTheTwin(int elements, int images, int bits) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (boolean square : new boolean[] {true, false}) {
      MultiplySpec spec = spec(square, elements, bits);
      MultiplyServer step = new MultiplyServer(spec);
      List<FixedTensor> inputs =
          spec.inputs().stream()
              .map(format -> StepRun.values(format, images, 2L << (bits / 2), random))
              .toList();
      FixedTensor product = StepRun.run(step, inputs, random);
      assertThat(product.values())
          .as("seed %d, %s", seed, spec)
          .isEqualTo(step.twin().run(inputs).values());
    }
  }

  @Test
  void aProductThatLeavesItsFormatWrapsAndIsNoted() throws Exception {
    MultiplyServer step = new MultiplyServer(spec(true, 1, 16));
    FixedTensor x = new FixedTensor(step.spec().inputs().get(0), 1, new long[] {182});
    Wraps wraps = new Wraps();
    FixedTensor z = step.twin().run(List.of(x), wraps);
    assertThat(wraps.count()).isOne();
    assertThat(StepRun.run(step, List.of(x), new Random(1)).values()).isEqualTo(z.values());
  }

  @Test
  void theFractionsAddUp() {
    ExactFormat x = new ExactFormat(2, 20, 3);
    assertThatThrownBy(() -> new MultiplySpec(List.of(x), new ExactFormat(2, 20, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fraction");
  }
}
