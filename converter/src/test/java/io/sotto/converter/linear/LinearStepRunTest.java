package io.sotto.converter.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.LinearMapBuilder;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepRun;
import io.sotto.natives.NativeMemory;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link StepRun} checks that the shares are right, and the declared traffic. */
@ExtendWith(LeakCheck.class)
class LinearStepRunTest {
  private static final RingParameters RING = RingParameters.of(11, 54);

  @Test
  void severalInputsAreOneAfterTheOther() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    LinearSpec spec =
        new LinearSpec(
            List.of(new ExactFormat(5, 28, 10), new ExactFormat(3, 28, 12)),
            new HalfCellFormat(4, 28, 20),
            RING,
            40);
    int[] weights = random.ints(4 * 8, -500, 500).toArray();
    long[] bias = random.longs(4, -1 << 20, 1 << 20).toArray();
    try (LinearServer step =
        new LinearServer(
            spec, new LinearWeights(LinearMap.dense(8, WeightMatrix.of(4, weights)), bias))) {
      FixedTensor a = StepRun.values(spec.inputs().get(0), 9, 1 << 14, random);
      FixedTensor b = StepRun.values(spec.inputs().get(1), 9, 1 << 14, random);
      FixedTensor sum = StepRun.run(step, List.of(a, b), random);
      for (int output = 0; output < 4; output++) {
        for (int image = 0; image < 9; image++) {
          long exact = bias[output];
          for (int i = 0; i < 8; i++) {
            exact +=
                (long) weights[output * 8 + i] * (i < 5 ? a.get(i, image) : b.get(i - 5, image));
          }
          assertThat(sum.get(output, image)).as("seed %d", seed).isEqualTo(exact);
        }
      }
      assertThat(step.twin().run(List.of(a, b)).values()).isEqualTo(sum.values());
    }
  }

  /** Inputs of all sizes, so that results wrap, and some at the ends of the range. */
  @ParameterizedTest
  @CsvSource({"1, 18", "2, 24", "2047, 20", "2048, 32", "4096, 34"})
  void resultsAreTheTwinsWrappedOrNot(int images, int bits) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int bound = 1 << 10;
    int[] weights = random.ints(6 * 20, -bound, bound + 1).toArray();
    long[] bias = {0, -1, 1L << (bits - 1), (1L << (bits - 1)) - 1, random.nextLong(), 1};
    LinearMap map = LinearMap.dense(20, WeightMatrix.of(6, weights));
    NoiseBound noise = ParameterPlanner.choose(bits, map.maxL1Norm(), map.maxL2Norm());
    LinearSpec spec =
        new LinearSpec(
            new ExactFormat(20, bits, 4),
            new HalfCellFormat(6, bits, 9),
            noise.parameters(),
            noise.shortBits());
    try (LinearServer step = new LinearServer(spec, new LinearWeights(map, bias))) {
      FixedTensor in = StepRun.values(spec.inputs().get(0), images, 1, random);
      for (int input = 0; input < 20; input++) {
        in.values()[input * images] = 0;
      }
      FixedTensor sum = StepRun.run(step, List.of(in), random);
      FixedTensor twin = step.twin().run(List.of(in));
      assertThat(sum.values()).as("seed %d", seed).isEqualTo(twin.values());
      assertThat(twin.get(2, 0)).isEqualTo(spec.output().min());
      assertThat(twin.get(3, 0)).isEqualTo(spec.output().max());
    }
  }

  @Test
  void weightsWithWhichNoiseMightShowAreRefused() {
    NoiseBound noise = ParameterPlanner.choose(20, 1, 1);
    LinearSpec spec =
        new LinearSpec(
            new ExactFormat(1, 20, 4),
            new HalfCellFormat(1, 20, 9),
            noise.parameters(),
            noise.shortBits());
    LinearWeights weights =
        new LinearWeights(
            LinearMap.dense(1, WeightMatrix.of(1, new int[] {(1 << 20) - 1})), new long[1]);
    try (weights) {
      assertThatThrownBy(() -> new LinearServer(spec, weights))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("half cells; a step is exact below 0.5");
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
            new ExactFormat(inputs, 26, 10), new HalfCellFormat(outputs, 26, 20), RING, 38);
    assertThat(spec.response(3)).hasSize(3);
    LinearMapBuilder map = LinearMap.builder(inputs, outputs);
    for (int first = 0; first < outputs; first += 50) {
      int[] refs = random.ints(4, 0, inputs).toArray();
      map.block(refs, first, WeightMatrix.of(50, random.ints(200, -500, 500).toArray()));
    }
    long[] bias = random.longs(outputs, -1 << 20, 1 << 20).toArray();
    try (LinearServer step = new LinearServer(spec, new LinearWeights(map.build(), bias))) {
      FixedTensor in = StepRun.values(spec.inputs().get(0), 3, 1 << 13, random);
      assertThat(StepRun.run(step, List.of(in), random).values())
          .as("seed %d", seed)
          .isEqualTo(step.twin().run(List.of(in)).values());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2048})
  void memoryIsWhatTheSpecSays(int images) throws Exception {
    Random random = new Random(3);
    LinearSpec spec =
        new LinearSpec(new ExactFormat(900, 26, 10), new HalfCellFormat(2048, 26, 20), RING, 38);
    LinearMapBuilder map = LinearMap.builder(900, 2048);
    for (int output = 0; output < 2048; output++) {
      map.block(new int[] {output % 900}, output, WeightMatrix.of(1, new int[] {output}));
    }
    try (LinearServer step =
        new LinearServer(spec, new LinearWeights(map.build(), new long[2048]))) {
      FixedTensor in = StepRun.values(spec.inputs().get(0), images, 1, random);
      long before = NativeMemory.liveBytes();
      NativeMemory.resetPeak();
      StepRun.run(step, List.of(in), random);
      long shares = 2L * (900 + 2048) * images * Long.BYTES;
      long messages = 2L << 24;
      assertThat(NativeMemory.peakBytes() - before)
          .isLessThanOrEqualTo(
              shares + spec.clientBytes(images) + spec.serverBytes(images) + messages);
    }
  }

  @Test
  void aSpecIsFourteenNumbersForTwoInputs() {
    LinearSpec spec =
        new LinearSpec(
            List.of(new ExactFormat(5, 28, 10), new ExactFormat(3, 28, 12)),
            new HalfCellFormat(4, 28, 20),
            RING,
            40);
    SpecWriter out = new SpecWriter();
    spec.write(out);
    int[] numbers = new int[14];
    ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(numbers);
    assertThat(out.toByteArray()).hasSize(14 * Integer.BYTES);
    assertThat(numbers).containsExactly(2, 5, 10, 3, 12, 28, 4, 20, 11, 54, 40, 1, 1, 0);
  }

  @Test
  void refusesWhatIsNotExact() {
    ExactFormat in = new ExactFormat(5, 28, 10);
    HalfCellFormat out = new HalfCellFormat(4, 28, 20);
    assertThatThrownBy(() -> new LinearSpec(in, new HalfCellFormat(4, 27, 20), RING, 38))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keeps the width");
    for (int responseBits : new int[] {37, 43}) {
      assertThatThrownBy(() -> new LinearSpec(in, out, RING, responseBits))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("allowed are 38, for values of 28, up to the ring's 42");
    }
    assertThatThrownBy(() -> new LinearSpec(in, out, RingParameters.of(12, 54), 38))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed are 39");
  }

  @Test
  void refusesALayoutOfAnotherStep() {
    LinearSpec spec =
        new LinearSpec(new ExactFormat(5, 28, 10), new HalfCellFormat(4, 28, 20), RING, 38);
    for (BatchLayout other :
        List.of(
            new BatchLayout(RING, 6, 4),
            new BatchLayout(RING, 5, 3),
            new BatchLayout(RingParameters.of(12, 54), 5, 4))) {
      assertThatThrownBy(() -> spec.with(List.of(new LinearSpec.Arrangement(1, other))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("for a step of 5 -> 4 elements");
    }
  }
}
