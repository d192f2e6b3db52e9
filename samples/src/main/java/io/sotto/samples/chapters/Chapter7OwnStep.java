package io.sotto.samples.chapters;

import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.ClientLimits;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.session.StepReport;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.shares.Wraps;
import io.sotto.samples.chapters.absolute.AbsoluteServer;
import io.sotto.samples.chapters.absolute.AbsoluteSpec;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * Chapter 7: a step of your own, in the package {@code absolute}. A client takes part in what it
 * has code for: whoever starts it says which kinds of step it reads, and a stock client refuses
 * others.
 */
final class Chapter7OwnStep implements Chapter {
  private static final ExactFormat FORMAT = new ExactFormat(1, 16, 4);
  private static final float[] NUMBERS = {-3.5f, 0, 2.25f, -100};
  private static final PlanCodec CODEC = PlanCodec.STOCK.with(List.of(AbsoluteSpec.KIND));

  @Override
  public void tell(PrintWriter out) {
    try (ServerPlan plan = plan()) {
      FixedTensor inputs = plan.plan().input().quantize(NUMBERS);
      ClientSession.Prediction prediction =
          TwoThreads.run(
              channel -> Chapter5Plan.serve(channel, plan),
              channel -> {
                try (ClientSession session =
                    ClientSession.open(channel, new SecureRandom(), ClientLimits.DEFAULT, CODEC)) {
                  return session.predict(inputs);
                }
              });
      FixedTensor outputs = prediction.outputs();
      for (int i = 0; i < NUMBERS.length; i++) {
        out.printf("|%s| = %s%n", NUMBERS[i], outputs.real(0, i));
      }
      FixedTensor twin = plan.twinOutputs(List.of(inputs), new Wraps()).get(0);
      out.printf(
          "The twin says the same: %s%n",
          Arrays.equals(twin.values(), outputs.values()) ? "yes" : "no");
      StepReport row =
          prediction.steps().stream()
              .filter(step -> step.kind().equals(AbsoluteSpec.KIND.name()))
              .findFirst()
              .orElseThrow();
      out.printf(
          "The bytes are those that the spec declares: %s%n",
          row.traffic().equals(plan.plan().clientTraffic(0, NUMBERS.length)) ? "yes" : "no");
    }
    tellOfStockClients(out);
  }

  private static void tellOfStockClients(PrintWriter out) {
    try (ServerPlan plan = plan()) {
      PlanCodec.STOCK.decode(ByteBuffer.wrap(PlanCodec.encode(plan.plan())));
    } catch (IllegalArgumentException e) {
      out.printf("A stock client says: %s%n", e.getMessage());
    }
  }

  private static ServerPlan plan() {
    AbsoluteSpec absolute = new AbsoluteSpec(FORMAT);
    RevealSpec reveal = new RevealSpec(absolute.output(), new TensorShape(List.of(1)));
    Plan view =
        new Plan(
            new InputSpec(new TensorShape(List.of(1)), FORMAT, 1 << 11),
            List.of(new PlanStep(absolute, List.of(0)), new PlanStep(reveal, List.of(1))));
    return new ServerPlan(view, List.of(new AbsoluteServer(absolute), new RevealServer(reveal)));
  }
}
