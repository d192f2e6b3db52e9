package io.sotto.samples.chapters;

import io.sotto.channel.Channel;
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
import io.sotto.converter.session.ClientLimits;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.session.ServerSession;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.truncate.TruncateServer;
import io.sotto.converter.truncate.TruncateSpec;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chapter 5: a plan by hand. |a - b| of two numbers is a network: relu(a - b) + relu(b - a). A
 * compiler writes such plans from a SavedModel; they are nothing but steps, and the numbers of the
 * values that each takes.
 */
final class Chapter5Plan implements Chapter {
  /** L, as wide as all that is kept; and fraction bits of the input and of the weights. */
  private static final int BITS = 20;

  private static final int FRACTION = 4;

  private static final ExactFormat INPUT = new ExactFormat(2, BITS, FRACTION);
  private static final float[] PAIRS = {3, 5, 7.5f, -2.25f, -1, -1};

  @Override
  public void tell(PrintWriter out) {
    try (ServerPlan plan = plan()) {
      FixedTensor inputs = plan.plan().input().quantize(PAIRS);
      FixedTensor outputs =
          TwoThreads.run(channel -> serve(channel, plan), channel -> predict(channel, inputs));
      for (PlanStep step : plan.plan().steps()) {
        out.printf(
            "%-8s of values %s: %d numbers of %d bits%n",
            step.spec().kind().name(),
            step.inputs(),
            step.spec().output().elements(),
            step.spec().output().bits());
      }
      for (int pair = 0; pair < outputs.images(); pair++) {
        out.printf("|%s - %s| = %s%n", PAIRS[2 * pair], PAIRS[2 * pair + 1], outputs.real(0, pair));
      }
      FixedTensor twin = plan.twinOutputs(List.of(inputs), new Wraps()).get(0);
      out.printf(
          "The twin in the clear says the same: %s%n",
          Arrays.equals(twin.values(), outputs.values()) ? "yes" : "no");
    }
  }

  static void serve(Channel channel, ServerPlan plan) {
    try (ServerSession session = ServerSession.open(channel, plan, new SecureRandom())) {
      while (session.serveBatch().isPresent()) {
        // until the client has no more
      }
    }
  }

  private static FixedTensor predict(Channel channel, FixedTensor inputs) {
    try (ClientSession session =
        ClientSession.open(channel, new SecureRandom(), ClientLimits.DEFAULT)) {
      return session.predict(inputs).outputs();
    }
  }

  private static ServerPlan plan() {
    LinearServer differences = linear(INPUT, 2, 1, -1, -1, 1);
    ReluSpec relu =
        new ReluSpec(
            differences.spec().output(),
            0,
            new ExactFormat(2, BITS, FRACTION),
            FunctionForm.LOOKUP);
    LinearServer sum = linear(relu.output(), 1, 1, 1);
    // A linear step's result is known to half a cell: it goes through a truncate to be revealed.
    TruncateSpec whole =
        new TruncateSpec(
            sum.spec().output(), 0, new ExactFormat(1, BITS, FRACTION), FunctionForm.LOOKUP);
    RevealSpec reveal = new RevealSpec(whole.output(), new TensorShape(List.of(1)));
    List<ServerStep> steps =
        List.of(
            differences,
            new ReluServer(relu),
            sum,
            new TruncateServer(whole),
            new RevealServer(reveal));
    List<PlanStep> view = new ArrayList<>(); // value 0 is the input, value i + 1 what step i gives
    IntStream.range(0, steps.size())
        .forEach(i -> view.add(new PlanStep(steps.get(i).spec(), List.of(i))));
    InputSpec input = new InputSpec(new TensorShape(List.of(2)), INPUT, 1 << 10);
    return new ServerPlan(new Plan(input, view), steps);
  }

  /** A step with integer weights, in the smallest ring in which it is exact. */
  private static LinearServer linear(ExactFormat input, int outputs, int... weights) {
    LinearMap map = LinearMap.dense(input.elements(), WeightMatrix.of(outputs, weights));
    NoiseBound bound = ParameterPlanner.choose(BITS, map.maxL1Norm(), map.maxL2Norm());
    LinearSpec spec =
        new LinearSpec(
            input,
            new HalfCellFormat(outputs, BITS, FRACTION),
            bound.parameters(),
            bound.shortBits());
    return new LinearServer(spec, new LinearWeights(map, new long[outputs]));
  }
}
