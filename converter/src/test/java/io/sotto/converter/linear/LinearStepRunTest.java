package io.sotto.converter.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.step.StepRun;
import io.sotto.natives.testing.LeakCheck;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class LinearStepRunTest {
  @Test
  void severalInputsAreOneAfterTheOther() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    LinearSpec spec =
        new LinearSpec(
            List.of(new ExactFormat(5, 28, 10), new ExactFormat(3, 28, 12)),
            new NarrowFormat(4, 16, 8),
            RingParameters.of(11, 54),
            26);
    int[] weights = random.ints(4 * 8, -500, 500).toArray();
    long[] bias = random.longs(4, -1 << 20, 1 << 20).toArray();
    try (LinearServer step =
        new LinearServer(
            spec, new LinearWeights(LinearMap.dense(8, WeightMatrix.of(4, weights)), bias))) {
      FixedTensor a = StepRun.values(spec.inputs().get(0), 9, 1 << 14, random);
      FixedTensor b = StepRun.values(spec.inputs().get(1), 9, 1 << 14, random);
      FixedTensor sum = StepRun.run(step, List.of(a, b), random);
      FixedTensor twin = step.twin().run(List.of(a, b));
      for (int output = 0; output < 4; output++) {
        for (int image = 0; image < 9; image++) {
          assertThat(sum.get(output, image) - twin.get(output, image))
              .as("seed %d", seed)
              .isBetween(-1L, 1L);
          long exact = bias[output];
          for (int i = 0; i < 8; i++) {
            exact +=
                (long) weights[output * 8 + i] * (i < 5 ? a.get(i, image) : b.get(i - 5, image));
          }
          assertThat(twin.get(output, image)).isEqualTo((exact + (1 << 11)) >> 12);
        }
      }
    }
  }

  @Test
  void largeStepsTravelInBlocks() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int inputs = 600;
    int outputs = 2050;
    LinearSpec spec =
        new LinearSpec(
            new ExactFormat(inputs, 26, 10),
            new NarrowFormat(outputs, 16, 10),
            RingParameters.of(11, 54),
            26);
    assertThat(spec.response(3)).hasSize(3);
    LinearMap.Builder map = LinearMap.builder(inputs, outputs);
    for (int first = 0; first < outputs; first += 50) {
      int[] refs = random.ints(4, 0, inputs).toArray();
      map.block(refs, first, WeightMatrix.of(50, random.ints(200, -500, 500).toArray()));
    }
    long[] bias = random.longs(outputs, -1 << 20, 1 << 20).toArray();
    try (LinearServer step = new LinearServer(spec, new LinearWeights(map.build(), bias))) {
      FixedTensor in = StepRun.values(spec.inputs().get(0), 3, 1 << 13, random);
      FixedTensor sum = StepRun.run(step, List.of(in), random);
      FixedTensor twin = step.twin().run(List.of(in));
      for (int output = 0; output < outputs; output++) {
        for (int image = 0; image < 3; image++) {
          assertThat(sum.get(output, image) - twin.get(output, image))
              .as("seed %d", seed)
              .isBetween(-1L, 1L);
        }
      }
    }
  }
}
