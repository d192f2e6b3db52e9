package io.sotto.converter.session;

import io.sotto.converter.combine.CombineServer;
import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.maxpool.MaxPoolServer;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.moves.Move;
import io.sotto.converter.multiply.MultiplyServer;
import io.sotto.converter.multiply.MultiplySpec;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.testing.BreakingChannel.Fault;
import io.sotto.converter.testing.Models;
import io.sotto.converter.testing.SessionFaults;
import io.sotto.natives.testing.LeakCheck;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Something goes wrong with a message of a session, on either side: both sides end with one error
 * that callers are told to expect, and nothing stays behind.
 */
@ExtendWith(LeakCheck.class)
class FaultTest {
  private static final long SEED = 11;

  /** What is run. */
  private enum Network {
    LINEAR_AND_RELU,
    MAXPOOL_COMBINE_MULTIPLY;

    ServerPlan plan() {
      return switch (this) {
        case LINEAR_AND_RELU -> Models.dense(SEED, false, 4, 3, 2);
        case MAXPOOL_COMBINE_MULTIPLY -> steps(1);
      };
    }
  }

  /** Poolings of so many pairs of pairs, a combination, products. */
  static ServerPlan steps(int times) {
    ExactFormat all = new ExactFormat(4 * times, 24, 4);
    ExactFormat half = new ExactFormat(2 * times, 24, 4);
    ExactFormat product = new ExactFormat(2 * times, 24, 8);
    int pairs = half.elements();
    long[] constants = new long[pairs];
    constants[0] = 5;
    constants[1] = -7;
    Move reversed = new Move(0, 3, 0, pairs - 1, List.of(new Move.Axis(pairs, 1, -1)));
    return Models.chain(
        new InputSpec(new TensorShape(List.of(all.elements())), all, 1 << 4),
        List.of(
            new MaxPoolServer(
                new MaxPoolSpec(
                    all,
                    half,
                    16,
                    List.of(new Pooling(pairs, 2, 1, 2, 2, 0, 1)),
                    FunctionForm.LOOKUP)),
            new CombineServer(new CombineSpec(List.of(half), half, List.of(reversed)), constants),
            new MultiplyServer(new MultiplySpec(List.of(half), product)),
            new RevealServer(new RevealSpec(product, new TensorShape(List.of(pairs))))));
  }

  private static SessionFaults faults(ServerPlan plan) {
    return new SessionFaults(plan, PlanCodec.STOCK, Set.of());
  }

  @ParameterizedTest
  @EnumSource(Network.class)
  void withoutAFaultBothEndInPeace(Network network) throws Exception {
    try (ServerPlan plan = network.plan()) {
      faults(plan).requirePeaceWithoutOne();
    }
  }

  /** Each message in turn. */
  @ParameterizedTest
  @CsvSource({
    "GONE, true", "GONE, false",
    "FLIPPED, true", "FLIPPED, false"
  })
  void anyMessageMayBreak(Fault fault, boolean client) throws Exception {
    try (ServerPlan plan = Network.LINEAR_AND_RELU.plan()) {
      faults(plan).requireOrderlyEnds(fault, client);
    }
  }

  /** One message of each kind, in each direction: what {@link #anyMessageMayBreak} doesn't do. */
  @ParameterizedTest
  @EnumSource(Network.class)
  void anyFaultMayHappen(Network network) throws Exception {
    boolean basic = network == Network.LINEAR_AND_RELU;
    Set<Fault> kinds = EnumSet.allOf(Fault.class);
    if (basic) {
      kinds.removeAll(Set.of(Fault.GONE, Fault.FLIPPED));
    }
    try (ServerPlan plan = network.plan()) {
      faults(plan).requireOrderlyEndsOfEachKind(kinds, ofSetup -> basic);
    }
  }
}
