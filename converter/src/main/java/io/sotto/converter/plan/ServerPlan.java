package io.sotto.converter.plan;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

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
    return run(inputs, ServerStep::twin);
  }

  /** The same with comparisons that leave bits out as the protocol does on shares drawn so. */
  public List<FixedTensor> runTwin(List<FixedTensor> inputs, RandomGenerator shares) {
    return run(inputs, step -> step.twin(shares));
  }

  private List<FixedTensor> run(List<FixedTensor> inputs, Function<ServerStep, Twin> twins) {
    if (inputs.size() != plan.inputs().size()) {
      throw new IllegalArgumentException(
          "%d inputs given; the plan takes %d".formatted(inputs.size(), plan.inputs().size()));
    }
    List<FixedTensor> values = new ArrayList<>(inputs);
    for (int i = 0; i < steps.size(); i++) {
      PlanStep step = plan.steps().get(i);
      List<FixedTensor> taken = new ArrayList<>();
      for (int j = 0; j < step.inputs().size(); j++) {
        taken.add(values.get(step.inputs().get(j)).reduced(step.spec().inputs().get(j)));
      }
      values.add(twins.apply(steps.get(i)).run(taken));
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
