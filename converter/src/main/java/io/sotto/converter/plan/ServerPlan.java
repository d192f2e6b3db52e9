package io.sotto.converter.plan;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.Wraps;
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

  /** The same plan with transfers by trees of so many bits; it takes this one's steps over. */
  public ServerPlan withTreeBits(int bits) {
    return new ServerPlan(plan.withTreeBits(bits), steps);
  }

  /** Runs the twins of all steps; returns every value of the plan, the inputs first. */
  public List<FixedTensor> runTwin(List<FixedTensor> inputs) {
    return runTwin(inputs, new Wraps());
  }

  /** The same, and takes note of values that leave the range of their formats. */
  public List<FixedTensor> runTwin(List<FixedTensor> inputs, Wraps wraps) {
    if (inputs.size() != plan.inputs().size()) {
      throw new IllegalArgumentException(
          "%d inputs given; the plan takes %d".formatted(inputs.size(), plan.inputs().size()));
    }
    List<FixedTensor> values = new ArrayList<>(inputs);
    for (int i = 0; i < steps.size(); i++) {
      PlanStep step = plan.steps().get(i);
      List<FixedTensor> taken = new ArrayList<>();
      for (int j = 0; j < step.inputs().size(); j++) {
        ShareFormat format = step.spec().inputs().get(j);
        taken.add(values.get(step.inputs().get(j)).reduced(format, wraps));
      }
      values.add(steps.get(i).twin().run(taken, wraps));
    }
    return values;
  }

  /** {@link #runTwin(List)} for a plan with one input. */
  public List<FixedTensor> runTwin(FixedTensor input) {
    return runTwin(List.of(input));
  }

  /** Wipes the weights; no session may run any more. */
  @Override
  public void close() {
    steps.forEach(ServerStep::close);
  }
}
