package io.sotto.converter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.Channel;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.setup.Setup;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.step.StepSpec;
import io.sotto.converter.testing.Models;
import io.sotto.converter.testing.TwoSessions;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class SessionTest {
  private static final long SEED = 20261121;

  @ParameterizedTest
  @CsvSource({
    "1, false, 1, LOOKUP",
    "7, false, 1, LOOKUP",
    "2048, false, 1, LOOKUP",
    "5, true, 1, LOOKUP",
    "5, true, 1, CIRCUIT",
    "5, true, 1, FITTING",
    "40, true, 1, FITTING",
    "3, false, 3, LOOKUP",
    "3, false, 3, CIRCUIT"
  })
  void outputsAreTheTwins(int images, boolean endsWithRelu, int layers, FunctionForm relu)
      throws Exception {
    int[] widths = {12, 9, 8, 5};
    int[] used = Arrays.copyOf(widths, layers + 1);
    try (ServerPlan plan = Models.dense(SEED + images, endsWithRelu, relu, used)) {
      float[] batch = Models.images(SEED, plan.plan(), images);
      FixedTensor input = plan.plan().input().quantize(batch);
      List<FixedTensor> twin = plan.runTwin(input);
      FixedTensor expected = twin.get(twin.size() - 1);
      ClientSession.Prediction prediction =
          TwoSessions.run(plan, session -> session.predict(input)).client();
      assertThat(prediction.outputs().format()).isEqualTo(expected.format());
      assertThat(prediction.outputs().values()).as("seed %d", SEED).isEqualTo(expected.values());
    }
  }

  /** What counts is the batch that is sent, not the largest that the plan takes. */
  @Test
  void batchesThatTakeTooMuchMemoryAreRefusedAndSmallerOnesAreNot() throws Exception {
    try (ServerPlan plan = Models.dense(SEED, false, 12, 5)) {
      Plan view = plan.plan();
      ClientLimits limits = ClientLimits.DEFAULT.withMemory(SessionMemory.ofClient(view, 3));
      FixedTensor four = view.input().quantize(Models.images(SEED, view, 4));
      FixedTensor three = view.input().quantize(Models.images(SEED, view, 3));
      ClientSession.Prediction prediction =
          TwoSessions.run(
                  plan,
                  PlanCodec.STOCK,
                  limits,
                  session -> {
                    assertThat(session.mostImages()).isEqualTo(3);
                    assertThatThrownBy(() -> session.predict(four))
                        .isInstanceOf(PlanTooLargeException.class)
                        .hasMessageStartingWith("a batch of 4 images would take this side 16 MB")
                        .hasMessageContaining("predict 3 at a time, or allow more (--memory)");
                    return session.predict(three);
                  })
              .client();
      List<FixedTensor> twin = plan.runTwin(three);
      assertThat(prediction.outputs().values()).isEqualTo(twin.get(twin.size() - 1).values());
    }
  }

  @ParameterizedTest
  @EnumSource(FunctionForm.class)
  void everyStepCostsWhatItsSpecDeclares(FunctionForm relu) throws Exception {
    int images = 300;
    try (ServerPlan plan = Models.dense(SEED, false, relu, 20, 30, 4)) {
      FixedTensor input = plan.plan().input().quantize(Models.images(SEED, plan.plan(), images));
      var outcome =
          TwoSessions.run(
              plan,
              session -> {
                ClientSession.Prediction first = session.predict(input);
                ClientSession.Prediction second = session.predict(input);
                assertThat(second.steps().stream().map(StepReport::traffic))
                    .isEqualTo(first.steps().stream().map(StepReport::traffic).toList());
                return first;
              });
      List<StepReport> rows = outcome.client().steps();
      assertThat(rows).hasSize(plan.steps().size() + 1);
      for (int i = 0; i < plan.steps().size(); i++) {
        PlanStep step = plan.plan().steps().get(i);
        assertThat(rows.get(i + 1).kind()).isEqualTo(step.spec().kind().name());
        assertThat(rows.get(i + 1).traffic())
            .as(step.spec().kind().name())
            .isEqualTo(step.spec().clientTraffic(images, plan.plan().trees()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void transfersMayBeByOtherTrees(int bits) throws Exception {
    int images = 70;
    for (FunctionForm relu : FunctionForm.values()) {
      OtTrees trees = new OtTrees(bits);
      try (ServerPlan plan = Models.dense(SEED, false, relu, 12, 9, 5).withTreeBits(bits)) {
        FixedTensor input = plan.plan().input().quantize(Models.images(SEED, plan.plan(), images));
        List<FixedTensor> twin = plan.runTwin(input);
        long[] expected = twin.get(twin.size() - 1).values();
        ClientSession.Prediction prediction =
            TwoSessions.run(plan, session -> session.predict(input)).client();
        assertThat(prediction.outputs().values()).as("seed %d", SEED).isEqualTo(expected);
        StepSpec step = plan.plan().steps().get(1).spec();
        assertThat(prediction.steps().get(2).traffic())
            .isEqualTo(step.clientTraffic(images, trees))
            .isNotEqualTo(step.clientTraffic(images, OtTrees.DEFAULT));
      }
    }
  }

  @Test
  void treesThatThereAreNotAreRefused() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (ServerPlan plan = Models.dense(SEED, false, 4, 3, 2);
        InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(30))) {
      Future<ClientSession> client =
          executor.submit(
              () -> ClientSession.open(pair.first(), new SecureRandom(), TwoSessions.MEMORY));
      ByteBuffer bytes = ByteBuffer.wrap(PlanCodec.encode(plan.plan()));
      bytes.order(ByteOrder.LITTLE_ENDIAN).putInt(0, 3);
      pair.second().send(MessageKinds.PLAN, bytes);
      pair.second().flush();
      assertThatThrownBy(client::get)
          .hasCauseInstanceOf(PeerViolationException.class)
          .cause()
          .hasMessage(
              "the server's plan can't be used: OT by trees of 3 bits; allowed are [2, 4, 8]");
      assertThatThrownBy(() -> pair.second().receive(MessageKinds.PUBLIC_KEY, 1 << 20))
          .isInstanceOf(PeerAbortException.class);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void rowsAddUpToAllThatCrossedTheChannel() throws Exception {
    try (ServerPlan plan = Models.dense(SEED, false, 20, 10, 4)) {
      FixedTensor input = plan.plan().input().quantize(Models.images(SEED, plan.plan(), 9));
      var outcome =
          TwoSessions.run(
              plan,
              session -> {
                Traffic sum = session.setup().traffic();
                for (int i = 0; i < 2; i++) {
                  for (StepReport row : session.predict(input).steps()) {
                    sum = sum.plus(row.traffic());
                  }
                }
                return sum;
              });
      Traffic server = outcome.server().channel().traffic();
      // The end of the session, a batch of no images, is the one message after the last row.
      assertThat(server.bytesReceived() - outcome.client().bytesSent()).isEqualTo(5 + 4);
      assertThat(server.bytesSent()).isEqualTo(outcome.client().bytesReceived());
    }
  }

  @Test
  void theSetupsRowIsThePlanAndWhatTheSetupsDeclare() throws Exception {
    try (ServerPlan plan = Models.dense(SEED, false, 20, 10, 4)) {
      Traffic row = TwoSessions.run(plan, session -> session.setup().traffic()).client();
      Traffic declared =
          plan.plan().setups().stream()
              .map(Setup::clientTraffic)
              .reduce(Traffic.NONE, Traffic::plus);
      int planBytes = PlanCodec.encode(plan.plan()).length;
      assertThat(row).isEqualTo(declared.plus(new Traffic(0, Channel.HEADER_BYTES + planBytes, 0)));
    }
  }

  @Test
  void inputsThatThePlanDoesNotTakeLeaveTheSessionUsable() throws Exception {
    try (ServerPlan plan = Models.dense(SEED, false, 6, 3);
        ServerPlan other = Models.dense(SEED, false, 7, 3)) {
      FixedTensor good = plan.plan().input().quantize(Models.images(SEED, plan.plan(), 2));
      FixedTensor bad = other.plan().input().quantize(Models.images(SEED, other.plan(), 2));
      TwoSessions.run(
          plan,
          session -> {
            assertThatThrownBy(() -> session.predict(bad))
                .isInstanceOf(IllegalArgumentException.class);
            return session.predict(good);
          });
    }
  }
}
