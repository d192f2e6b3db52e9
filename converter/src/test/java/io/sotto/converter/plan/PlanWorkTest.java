package io.sotto.converter.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.moves.Move;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.ClientLimits;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.StepSpec;
import io.sotto.converter.step.WorkUnits;
import io.sotto.converter.truncate.TruncateSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What plans declare as a client's work, and that large models are within what clients allow. */
class PlanWorkTest {
  private static final int NARROW = 18;
  private static final int WIDE = 30;
  private static final int FRACTION = 8;
  private static final RingParameters RING = RingParameters.of(12, 60);

  private final List<PlanStep> steps = new ArrayList<>();
  private long relus;

  @Test
  void isTheSumOfTheSteps() {
    int image = input(10);
    int hidden = convolution(image, 10, 6, true);
    relu(sum(products(hidden, 6, 6), hidden, 6), 6);
    reveal(steps.size(), 6);
    assertThat(plan(10).work())
        .isEqualTo(
            (10 + 6 + 6 + 6) * WorkUnits.COEFFICIENT
                + (6 + 6) * WorkUnits.COMPARISON
                + (6 + 6 + 6) * WorkUnits.ADDITION
                + 6 * WorkUnits.ADDITION);
  }

  /** ResNet-50 on images of 224x224, the largest feature maps 112x112x64. */
  @Test
  void aLargeNetworkIsWithinTheDefault() {
    int image = 224 * 224 * 3;
    int value = convolution(input(image), image, 112 * 112 * 64, true);
    value = pool(value, 112, 64);
    int channels = 64;
    int[] blocks = {3, 4, 6, 3};
    for (int stage = 0; stage < blocks.length; stage++) {
      int side = 56 >> stage;
      int width = 64 << stage;
      for (int block = 0; block < blocks[stage]; block++) {
        int from = block == 0 && stage > 0 ? 2 * side : side;
        int in = from * from * channels;
        int out = side * side * 4 * width;
        int branch = convolution(value, in, from * from * width, true);
        branch = convolution(branch, from * from * width, side * side * width, true);
        branch = products(branch, side * side * width, out);
        int shortcut = block == 0 ? convolution(value, in, out, false) : value;
        value = relu(sum(branch, shortcut, out), out);
        channels = 4 * width;
      }
    }
    int classes = convolution(value, 7 * 7 * 2048, 1000, false);
    reveal(classes, 1000);

    assertThat(relus).isBetween(9_000_000L, 12_000_000L);
    assertThat(plan(image).work()).isLessThan(ClientLimits.DEFAULT.work() / 3);
  }

  private Plan plan(int elements) {
    ExactFormat format = new ExactFormat(elements, WIDE, FRACTION);
    return new Plan(new InputSpec(new TensorShape(List.of(elements)), format, 1), steps);
  }

  private static int input(int elements) {
    assertThat(elements).isPositive();
    return 0;
  }

  private int step(StepSpec spec, Integer... inputs) {
    steps.add(new PlanStep(spec, List.of(inputs)));
    return steps.size();
  }

  private int products(int value, int in, int out) {
    return step(
        new LinearSpec(new ExactFormat(in, WIDE, FRACTION), products(out), RING, WIDE + 11), value);
  }

  private static HalfCellFormat products(int elements) {
    return new HalfCellFormat(elements, WIDE, 2 * FRACTION);
  }

  private int convolution(int value, int in, int out, boolean thenRelu) {
    int result = products(value, in, out);
    return thenRelu
        ? relu(result, out)
        : step(
            new TruncateSpec(
                products(out),
                FRACTION,
                new ExactFormat(out, WIDE - FRACTION, FRACTION),
                FunctionForm.LOOKUP),
            result);
  }

  private int relu(int value, int elements) {
    relus += elements;
    return step(
        new ReluSpec(
            products(elements),
            FRACTION,
            new ExactFormat(elements, WIDE, FRACTION),
            FunctionForm.LOOKUP),
        value);
  }

  /** Of what a linear layer gives and an exact value. */
  private int sum(int left, int right, int elements) {
    List<Move.Axis> all = List.of(new Move.Axis(elements, 1, 1));
    return step(
        new CombineSpec(
            List.of(products(elements), new ExactFormat(elements, WIDE - FRACTION, FRACTION)),
            products(elements),
            List.of(new Move(0, 1, 0, 0, all), new Move(1, 1 << FRACTION, 0, 0, all))),
        left,
        right);
  }

  /** 3x3 at stride 2. */
  private int pool(int value, int side, int channels) {
    int half = side / 2;
    return step(
        new MaxPoolSpec(
            new ExactFormat(side * side * channels, WIDE, FRACTION),
            new ExactFormat(half * half * channels, WIDE, FRACTION),
            NARROW,
            List.of(
                new Pooling(1, side, side * channels, 3, 2, 1, half),
                new Pooling(half, side, channels, 3, 2, 1, half)),
            FunctionForm.LOOKUP),
        value);
  }

  private void reveal(int value, int elements) {
    step(
        new RevealSpec(
            new ExactFormat(elements, NARROW, FRACTION), new TensorShape(List.of(elements))),
        value);
  }
}
