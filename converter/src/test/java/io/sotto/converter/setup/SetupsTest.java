package io.sotto.converter.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.InMemoryChannel;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.linear.RingKeys;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.testing.Models;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a plan's steps stand on, in which order, and what a party says that doesn't hold it. */
@ExtendWith(LeakCheck.class)
class SetupsTest {
  private static final RingKeys KEYS = new RingKeys(RingParameters.of(11, 50));

  /** Whatever the steps ask for first, and each once. */
  @Test
  void comeInTheOrderOfTheirKinds() {
    try (ServerPlan plan = Models.dense(1, true, 4, 3, 2)) {
      Plan dense = plan.plan();
      ExactFormat input = dense.input().format();
      List<PlanStep> reluFirst = new ArrayList<>();
      reluFirst.add(new PlanStep(new ReluSpec(input, 0, input, FunctionForm.LOOKUP), List.of(0)));
      for (int i = 0; i < dense.steps().size(); i++) {
        reluFirst.add(new PlanStep(dense.steps().get(i).spec(), List.of(i + 1)));
      }
      assertThat(new Plan(dense.input(), reluFirst).setups()).isEqualTo(dense.setups());
      assertThat(dense.setups()).hasSize(2).last().isEqualTo(new TransferSetup());
    }
  }

  @Test
  void whatNoStepAskedForIsSaidBeforeItIsUsed() {
    try (Scope scope = new Scope();
        InMemoryChannel.Pair pair = InMemoryChannel.pair()) {
      SetupContext session =
          new SetupContext(pair.first(), new SecureRandom(), OtTrees.DEFAULT, scope);
      ClientSetups client = ClientSetups.prepare(List.of(KEYS), session);
      assertThat(client.of(new RingKeys(RingParameters.of(11, 50)))).isNotNull();
      assertThatThrownBy(() -> client.of(new TransferSetup()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("TransferSetup");
      ServerSetups server = ServerSetups.prepare(List.of(), session);
      assertThatThrownBy(() -> server.of(KEYS)).isInstanceOf(IllegalStateException.class);
    }
  }
}
