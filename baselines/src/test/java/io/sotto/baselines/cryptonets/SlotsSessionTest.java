package io.sotto.baselines.cryptonets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.baselines.Baselines;
import io.sotto.baselines.messages.SlotKeys;
import io.sotto.baselines.messages.SlotMessageKinds;
import io.sotto.baselines.slots.SlotContext;
import io.sotto.baselines.slots.SlotPlanner;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.PeerViolationException;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.session.ServerSession;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.testing.BreakingChannel.Fault;
import io.sotto.converter.testing.Models;
import io.sotto.converter.testing.SessionFaults;
import io.sotto.converter.testing.TwoSessions;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network of squares on slots: both sides of a session against the twin. */
@ExtendWith(LeakCheck.class)
class SlotsSessionTest {
  private static final long SEED = 20261121;
  private static final int INPUTS = 6;
  private static final int HIDDEN = 4;
  private static final int OUTPUTS = 3;
  private static final int FRACTION = 10;

  private static ServerPlan network() {
    return network(INPUTS, HIDDEN, OUTPUTS);
  }

  private static ServerPlan network(int inputs, int hiddenSize, int outputs) {
    Random random = new Random(SEED);
    SlotPlanner.Choice choice = SlotPlanner.choose(List.of(new SlotPlanner.Layer(0.5, true)));
    int outputScaleBits = 45;
    double lastScale;
    try (SlotContext context = SlotContext.create(choice.parameters())) {
      double hidden =
          Math.scalb(choice.weightScales().get(0), choice.parameters().scaleBits())
              / context.modulus(2);
      lastScale = hidden * hidden / context.modulus(1);
    }
    SlotsNetwork network =
        new SlotsNetwork(
            List.of(
                layer(random, inputs, hiddenSize, choice.weightScales().get(0), true),
                layer(
                    random,
                    hiddenSize,
                    outputs,
                    Math.scalb(1.0, outputScaleBits) / lastScale,
                    false)),
            outputScaleBits - 20);
    ExactFormat input = new ExactFormat(inputs, 30, FRACTION);
    ExactFormat output = new ExactFormat(outputs, 24, FRACTION);
    SlotsSpec spec = new SlotsSpec(input, output, choice.parameters(), true, outputScaleBits);
    return Models.chain(
        new InputSpec(new TensorShape(List.of(inputs)), input, 1 << FRACTION),
        List.of(
            new SlotsServer(spec, network, 2),
            new RevealServer(new RevealSpec(output, new TensorShape(List.of(outputs))))));
  }

  private static SlotsNetwork.Layer layer(
      Random random, int inputs, int outputs, double scale, boolean squared) {
    int bound = (int) Math.min(scale / 2, SlotPlanner.WEIGHT_BOUND);
    int[] weights = random.ints((long) inputs * outputs, -bound, bound).toArray();
    return new SlotsNetwork.Layer(
        LinearMap.dense(inputs, WeightMatrix.of(outputs, weights)),
        scale,
        random.doubles(outputs, -1, 1).toArray(),
        squared);
  }

  @Test
  void outputsAreTheTwinsAndTrafficIsWhatTheSpecDeclares() throws Exception {
    try (ServerPlan plan = network()) {
      ClientSession.Prediction prediction =
          TwoSessions.requireTwin(plan, Baselines.PLANS, 70, SEED, 2);
      assertThat(prediction.steps().get(1).kind()).isEqualTo("slots");
    }
  }

  @Test
  void thePlanCrossesTheWireAndTakesAsManyImagesAsSlots() {
    try (ServerPlan plan = network()) {
      Plan view = plan.plan();
      assertThat(Baselines.PLANS.decode(ByteBuffer.wrap(PlanCodec.encode(view)))).isEqualTo(view);
      assertThatThrownBy(() -> PlanCodec.STOCK.decode(ByteBuffer.wrap(PlanCodec.encode(view))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a kind of step that this program doesn't know");
      assertThat(view.maxImages()).isEqualTo(4096);
      assertThat(view.setups()).hasSize(1).hasOnlyElementsOfType(SlotKeys.class);
    }
  }

  /** One message of each kind, in each direction, from the keys on. */
  @Test
  void whateverGoesWrongBothSidesEndWithOneError() throws Exception {
    try (ServerPlan plan = network()) {
      SessionFaults faults =
          new SessionFaults(
              plan,
              Baselines.PLANS,
              Set.of(SlotMessageKinds.SLOT_KEYS, SlotMessageKinds.SLOT_RESULTS));
      faults.requirePeaceWithoutOne();
      faults.requireOrderlyEndsOfEachKind(
          EnumSet.allOf(Fault.class), SlotMessageKinds.SLOT_KEYS::equals);
    }
  }

  /** The layers' sizes decide where the most ciphertexts are alive. */
  @ParameterizedTest
  @CsvSource({"300, 100, 10, 1", "300, 100, 10, 4096", "50, 250, 10, 1", "50, 60, 400, 1"})
  void aSessionStaysBelowItsBound(int inputs, int hidden, int outputs, int images)
      throws Exception {
    try (ServerPlan plan = network(inputs, hidden, outputs)) {
      long ciphertexts = 2L * 8192 * Long.BYTES * 3 * (inputs + hidden);
      assertThat(TwoSessions.peakBytes(plan, Baselines.PLANS, images, 2))
          .isBetween(ciphertexts, TwoSessions.boundBytes(plan, images));
    }
  }

  @Test
  void malformedKeysEndTheSession() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (ServerPlan plan = network();
        InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(30))) {
      Future<?> server =
          executor.submit(() -> ServerSession.open(pair.second(), plan, new SecureRandom()));
      pair.first().receive(MessageKinds.PLAN, PlanCodec.MAX_BYTES);
      byte[] ones = new byte[((SlotKeys) plan.plan().setups().get(0)).spec().messageBytes(0)];
      java.util.Arrays.fill(ones, (byte) -1);
      pair.first().send(SlotMessageKinds.SLOT_KEYS, ByteBuffer.wrap(ones));
      pair.first().flush();
      assertThatThrownBy(server::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(PeerViolationException.class);
    } finally {
      executor.shutdownNow();
    }
  }
}
