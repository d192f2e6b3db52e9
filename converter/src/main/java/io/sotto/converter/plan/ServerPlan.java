package io.sotto.converter.plan;

import io.sotto.ckks.NoiseBound;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.ServerStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A plan with what only the server has: the steps that know the weights.
 *
 * <p><b>Security.</b> Never leaves the server; {@link #plan} is the client's view.
 *
 * <p><b>Threading.</b> Immutable, shared by all sessions of a model.
 *
 * <p><b>Failure.</b> The constructor throws {@link IllegalArgumentException} if plan and steps
 * differ, or if a batch has more results than linear steps are proven to be exact for.
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
    long results =
        steps.stream().mapToLong(ServerStep::resultsBesideNoise).sum() * plan.maxImages();
    if (results > 1L << NoiseBound.BATCH_BITS) {
      throw new IllegalArgumentException(
          "the linear layers of a batch of %d images have %d results; exact are up to 2^%d"
              .formatted(plan.maxImages(), results, NoiseBound.BATCH_BITS));
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
    requireInputs(inputs);
    List<FixedTensor> values = new ArrayList<>(inputs);
    for (int i = 0; i < steps.size(); i++) {
      values.add(runTwin(i, values, wraps));
    }
    return values;
  }

  /**
   * Runs the twins of all steps and returns the outputs alone. Values that no step takes any more
   * are let go on the way, so that large batches of deep networks fit into memory.
   */
  public List<FixedTensor> twinOutputs(List<FixedTensor> inputs, Wraps wraps) {
    requireInputs(inputs);
    List<Integer> lastUses = plan.lastUses();
    List<@Nullable FixedTensor> values = new ArrayList<>(inputs);
    List<FixedTensor> outputs = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      FixedTensor result = runTwin(i, values, wraps);
      if (plan.steps().get(i).reveals()) {
        outputs.add(result);
      }
      values.add(lastUses.get(values.size()) < 0 ? null : result);
      for (int value : plan.steps().get(i).inputs()) {
        if (lastUses.get(value) <= i) {
          values.set(value, null);
        }
      }
    }
    return outputs;
  }

  private void requireInputs(List<FixedTensor> inputs) {
    if (inputs.size() != plan.inputs().size()) {
      throw new IllegalArgumentException(
          "%d inputs given; the plan takes %d".formatted(inputs.size(), plan.inputs().size()));
    }
  }

  private FixedTensor runTwin(
      int index, List<? extends @Nullable FixedTensor> values, Wraps wraps) {
    PlanStep step = plan.steps().get(index);
    List<FixedTensor> taken = new ArrayList<>();
    for (int j = 0; j < step.inputs().size(); j++) {
      ShareFormat format = step.spec().inputs().get(j);
      FixedTensor value = values.get(step.inputs().get(j));
      taken.add(Objects.requireNonNull(value, "a later step takes it").reduced(format, wraps));
    }
    return steps.get(index).twin().run(taken, wraps);
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
