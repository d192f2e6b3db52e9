package io.sotto.converter.plan;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.ServerStep;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan with what only the server has: the steps that know the weights.
 *
 * <p><b>Security.</b> Never leaves the server; {@link #plan} is the client's view.
 *
 * <p><b>Threading.</b> Immutable, shared by all sessions of a model.
 *
 * <p><b>Failure.</b> The constructor throws {@link IllegalArgumentException} if plan and steps
 * differ.
 */
public record ServerPlan(Plan plan, List<ServerStep> steps) implements AutoCloseable {
  public ServerPlan {
    steps = List.copyOf(steps);
    if (!plan.steps().stream()
        .map(PlanStep::spec)
        .toList()
        .equals(steps.stream().map(ServerStep::spec).toList())) {
      throw new IllegalArgumentException("the server's steps are not those of the plan");
    }
  }

  /** Runs the twins of all steps; returns every value of the plan, the input first. */
  public List<FixedTensor> runTwin(FixedTensor input) {
    List<FixedTensor> values = new ArrayList<>();
    values.add(input);
    for (int i = 0; i < steps.size(); i++) {
      values.add(
          steps.get(i).twin().run(plan.steps().get(i).inputs().stream().map(values::get).toList()));
    }
    return values;
  }

  /** Wipes the weights; no session may run any more. */
  @Override
  public void close() {
    steps.forEach(ServerStep::close);
  }
}
