package io.sotto.converter.testing;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.relu.ReluServer;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.truncate.TruncateServer;
import io.sotto.converter.truncate.TruncateSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small random models for tests. */
public final class Models {
  /** Fraction bits of activations and weights. */
  public static final int FRACTION = 10;

  private static final int WIDE_BITS = 16 + FRACTION;

  private Models() {}

  /**
   * Dense layers of these widths with a relu between any two, and after the last a relu, if asked
   * for, or a truncation.
   */
  public static ServerPlan dense(long seed, boolean endsWithRelu, int... widths) {
    return dense(seed, endsWithRelu, FunctionForm.LOOKUP, widths);
  }

  /** The same with relus of that form. */
  public static ServerPlan dense(
      long seed, boolean endsWithRelu, FunctionForm form, int... widths) {
    Random random = new Random(seed);
    List<ServerStep> steps = new ArrayList<>();
    ExactFormat last = new ExactFormat(widths[0], WIDE_BITS, FRACTION);
    InputSpec input = new InputSpec(new TensorShape(List.of(widths[0])), last, 1 << FRACTION);
    for (int i = 1; i < widths.length; i++) {
      LinearServer linear = linear(random, widths[i - 1], widths[i]);
      steps.add(linear);
      HalfCellFormat products = linear.spec().output();
      last = new ExactFormat(widths[i], WIDE_BITS, FRACTION);
      if (i < widths.length - 1 || endsWithRelu) {
        steps.add(new ReluServer(new ReluSpec(products, FRACTION, last, form)));
      } else {
        steps.add(new TruncateServer(new TruncateSpec(products, FRACTION, last, form)));
      }
    }
    steps.add(
        new RevealServer(
            new RevealSpec(last, new TensorShape(List.of(widths[widths.length - 1])))));
    return chain(input, steps);
  }

  /** A dense layer whose rows have an l1 norm of at most 4, so that nothing overflows. */
  public static LinearServer linear(Random random, int inputs, int outputs) {
    int bound = (4 << FRACTION) / inputs;
    int[] weights = random.ints((long) inputs * outputs, -bound, bound + 1).toArray();
    long[] bias = random.longs(outputs, -1L << (2 * FRACTION), 1L << (2 * FRACTION)).toArray();
    LinearMap map = LinearMap.dense(inputs, WeightMatrix.of(outputs, weights));
    NoiseBound noise = ParameterPlanner.choose(WIDE_BITS, 4 << FRACTION, 4 << FRACTION);
    return new LinearServer(
        new LinearSpec(
            new ExactFormat(inputs, WIDE_BITS, FRACTION),
            new HalfCellFormat(outputs, WIDE_BITS, 2 * FRACTION),
            noise.parameters(),
            noise.shortBits()),
        new LinearWeights(map, bias));
  }

  /** Each step taking what the one before it gives. */
  public static ServerPlan chain(InputSpec input, List<ServerStep> steps) {
    List<PlanStep> view = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      view.add(new PlanStep(steps.get(i).spec(), List.of(i)));
    }
    return new ServerPlan(new Plan(input, view), steps);
  }

  /** Images of random numbers within the input's range. */
  public static float[] images(long seed, Plan plan, int images) {
    Random random = new Random(seed);
    float[] batch = new float[plan.input().format().elements() * images];
    for (int i = 0; i < batch.length; i++) {
      batch[i] = random.nextFloat() * 2 - 1;
    }
    return batch;
  }
}
