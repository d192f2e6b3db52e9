package io.sotto.baselines.mp2ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.baselines.Baselines;
import io.sotto.baselines.messages.SlotKeys;
import io.sotto.baselines.messages.SlotMessageKinds;
import io.sotto.baselines.slots.SlotParameters;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.PeerViolationException;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.ClientLimits;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.setup.TransferSetup;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.testing.Models;
import io.sotto.converter.testing.TwoSessions;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network of relus on slots and integer shares: both sides of a session against the twin. */
@ExtendWith(LeakCheck.class)
class SlotSharesSessionTest {
  private static final long SEED = 20261121;
  private static final SlotParameters PARAMETERS =
      new SlotParameters(13, List.of(47, 24, 24, 24, 30), 24, SlotParameters.Security.BITS_128);
  private static final int INPUTS = 19;
  private static final int HIDDEN = 9;
  private static final int OUTPUTS = 3;
  private static final int FRACTION = 10;
  private static final int WEIGHT_BITS = 11;
  private static final ExactFormat INPUT = new ExactFormat(INPUTS, 30, FRACTION);

  private static SlotLinearServer linear(
      Random random, ExactFormat input, int outputs, boolean bothShare) {
    int bound = (2 << WEIGHT_BITS) / input.elements();
    int[] weights = random.ints((long) input.elements() * outputs, -bound, bound + 1).toArray();
    long one = 1L << (PARAMETERS.scaleBits() + WEIGHT_BITS);
    return new SlotLinearServer(
        new SlotLinearSpec(
            input,
            new ExactFormat(outputs, 14, FRACTION),
            PARAMETERS,
            WEIGHT_BITS,
            bothShare ? 2 : 3),
        new LinearWeights(
            LinearMap.dense(input.elements(), WeightMatrix.of(outputs, weights)),
            random.longs(outputs, -one, one).toArray()),
        bothShare,
        2);
  }

  private static ServerPlan network() {
    return network(INPUTS, HIDDEN);
  }

  private static ServerPlan network(int inputs, int hidden) {
    Random random = new Random(SEED);
    ExactFormat input = new ExactFormat(inputs, INPUT.bits(), FRACTION);
    SlotLinearServer first = linear(random, input, hidden, false);
    SlotReluSpec relu = SlotReluSpec.of(first.spec().output());
    SlotLinearServer last = linear(random, relu.output(), OUTPUTS, true);
    return Models.chain(
        new InputSpec(new TensorShape(List.of(inputs)), input, 1 << FRACTION),
        List.of(
            first,
            new SlotReluServer(relu),
            last,
            new RevealServer(
                new RevealSpec(last.spec().output(), new TensorShape(List.of(OUTPUTS))))));
  }

  @Test
  void outputsAreTheTwinsAndTrafficIsWhatTheSpecDeclares() throws Exception {
    try (ServerPlan plan = network()) {
      // Each hidden value may be a unit off, weights of an output add up to 2 at most.
      TwoSessions.requireTwin(plan, Baselines.PLANS, 70, SEED, 4);
    }
  }

  @Test
  void reluOfTheLastLayerIsRevealedToo() throws Exception {
    Random random = new Random(SEED);
    SlotLinearServer first = linear(random, INPUT, HIDDEN, false);
    SlotReluSpec relu = SlotReluSpec.of(first.spec().output());
    try (ServerPlan plan =
        Models.chain(
            new InputSpec(new TensorShape(List.of(INPUTS)), INPUT, 1 << FRACTION),
            List.of(
                first,
                new SlotReluServer(relu),
                new RevealServer(
                    new RevealSpec(relu.output(), new TensorShape(List.of(HIDDEN))))))) {
      assertThat(
              Arrays.stream(
                  TwoSessions.requireTwin(plan, Baselines.PLANS, 20, SEED, 1).outputs().values()))
          .allMatch(value -> value >= 0);
    }
  }

  @Test
  void thePlanCrossesTheWireAndTakesAsManyImagesAsSlots() {
    try (ServerPlan plan = network()) {
      Plan view = plan.plan();
      assertThat(Baselines.PLANS.decode(ByteBuffer.wrap(PlanCodec.encode(view)))).isEqualTo(view);
      assertThat(view.maxImages()).isEqualTo(4096);
      assertThat(view.setups()).hasSize(2).first().isInstanceOf(SlotKeys.class);
      assertThat(view.setups()).last().isEqualTo(new TransferSetup());
    }
  }

  @Test
  void specsThatDoNotFitAreRefused() {
    ExactFormat narrow = new ExactFormat(4, 14, FRACTION);
    assertThatThrownBy(() -> new SlotLinearSpec(INPUT, narrow, PARAMETERS, 11, 4))
        .hasMessageContaining("level is 4");
    assertThatThrownBy(() -> new SlotLinearSpec(INPUT, narrow, PARAMETERS, 21, 3))
        .hasMessageContaining("21 bits");
    assertThatThrownBy(
            () -> new SlotLinearSpec(new ExactFormat(4, 40, 25), narrow, PARAMETERS, 11, 3))
        .hasMessageContaining("doesn't suit");
    assertThatThrownBy(() -> new SlotReluSpec(narrow, new ExactFormat(4, 53, FRACTION)))
        .hasMessageContaining("adds 40 bits");
    SlotLinearSpec tooLow = new SlotLinearSpec(INPUT, narrow, PARAMETERS, 11, 1);
    try (LinearMap map =
        LinearMap.dense(
            INPUTS, WeightMatrix.of(4, new Random(SEED).ints(4 * INPUTS, -9, 9).toArray()))) {
      LinearWeights weights = new LinearWeights(map, new long[4]);
      assertThatThrownBy(() -> new SlotLinearServer(tooLow, weights, false, 1))
          .hasMessageContaining("no room for masks");
    }
  }

  @ParameterizedTest
  @CsvSource({"200, 90, 1", "60, 200, 300", "300, 20, 1"})
  void aSessionStaysBelowItsBound(int inputs, int hidden, int images) throws Exception {
    try (ServerPlan plan = network(inputs, hidden)) {
      long ciphertexts = 2L * 8192 * Long.BYTES * 4 * (inputs + hidden);
      assertThat(TwoSessions.peakBytes(plan, Baselines.PLANS, images, 2))
          .isBetween(ciphertexts, TwoSessions.boundBytes(plan, images));
    }
  }

  @Test
  void malformedResultsEndTheSession() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    Random random = new Random(SEED);
    SlotLinearServer first = linear(random, INPUT, HIDDEN, false);
    try (ServerPlan plan =
            Models.chain(
                new InputSpec(new TensorShape(List.of(INPUTS)), INPUT, 1 << FRACTION),
                List.of(
                    first,
                    new RevealServer(
                        new RevealSpec(first.spec().output(), new TensorShape(List.of(HIDDEN))))));
        InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(60))) {
      FixedTensor input = plan.plan().input().quantize(Models.images(SEED, plan.plan(), 2));
      Future<?> client =
          executor.submit(
              () -> {
                try (ClientSession session =
                    ClientSession.open(
                        pair.first(), new SecureRandom(), ClientLimits.DEFAULT, Baselines.PLANS)) {
                  session.predict(input);
                }
              });
      var channel = pair.second();
      channel.send(MessageKinds.PLAN, ByteBuffer.wrap(PlanCodec.encode(plan.plan())));
      channel.flush();
      channel.receive(
          SlotMessageKinds.SLOT_KEYS,
          ByteBuffer.allocate(((SlotKeys) plan.plan().setups().get(0)).spec().messageBytes(0)));
      channel.receive(MessageKinds.BATCH, ByteBuffer.allocate(Integer.BYTES));
      channel.receive(MessageKinds.UPLOAD_SEED, ByteBuffer.allocate(32));
      int c0Bytes = 119 * 8192 / 8;
      channel.receive(MessageKinds.UPLOAD, ByteBuffer.allocate(INPUTS * c0Bytes));
      byte[] ones = new byte[HIDDEN * 2 * c0Bytes];
      java.util.Arrays.fill(ones, (byte) -1);
      channel.send(SlotMessageKinds.SLOT_RESULTS, ByteBuffer.wrap(ones));
      channel.flush();
      assertThatThrownBy(client::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(PeerViolationException.class);
    } finally {
      executor.shutdownNow();
    }
  }
}
