package io.sotto.converter.plan;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.StepSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What both parties know of a model: the input, and the steps in the order in which they run, the
 * last of them the reveal of the outputs.
 *
 * <p><b>Security.</b> This is all that a client learns of a model besides its predictions. A plan
 * that was read from the wire is consistent: each step gets values of the formats that it declares,
 * of steps before it.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> The constructor throws {@link IllegalArgumentException} on an inconsistency.
 */
public record Plan(InputSpec input, List<PlanStep> steps) {
  /** The most steps of a plan. */
  public static final int MAX_STEPS = 1 << 12;

  public Plan {
    steps = List.copyOf(steps);
    if (steps.isEmpty() || steps.size() > MAX_STEPS) {
      throw new IllegalArgumentException(
          "a plan has %d steps; allowed are 1..%d".formatted(steps.size(), MAX_STEPS));
    }
    List<ShareFormat> values = new ArrayList<>();
    values.add(input.format());
    for (PlanStep step : steps) {
      StepSpec spec = step.spec();
      for (int i = 0; i < step.inputs().size(); i++) {
        int value = step.inputs().get(i);
        if (value < 0 || value >= values.size()) {
          throw new IllegalArgumentException(
              "a %s step takes value %d; before it there are 0..%d"
                  .formatted(spec.kind().name(), value, values.size() - 1));
        }
        if (!values.get(value).equals(spec.inputs().get(i))) {
          throw new IllegalArgumentException(
              "a %s step takes %s where value %d is %s"
                  .formatted(spec.kind().name(), spec.inputs().get(i), value, values.get(value)));
        }
      }
      values.add(spec.output());
    }
    if (!(steps.get(steps.size() - 1).spec() instanceof RevealSpec)) {
      throw new IllegalArgumentException("the last step of a plan reveals its outputs");
    }
    List<Integer> degrees =
        steps.stream()
            .map(PlanStep::spec)
            .filter(LinearSpec.class::isInstance)
            .map(spec -> ((LinearSpec) spec).ring().degree())
            .distinct()
            .toList();
    if (degrees.size() != 1) {
      throw new IllegalArgumentException(
          "all linear steps of a plan use rings of one degree; given are " + degrees);
    }
  }

  /** The step that gives the outputs. */
  public RevealSpec reveal() {
    return (RevealSpec) steps.get(steps.size() - 1).spec();
  }

  /** The distinct rings of the linear steps, in order. */
  public List<RingParameters> rings() {
    return steps.stream()
        .map(PlanStep::spec)
        .filter(LinearSpec.class::isInstance)
        .map(spec -> ((LinearSpec) spec).ring())
        .distinct()
        .toList();
  }

  /** The most images that one run of the plan takes: one for each coefficient. */
  public int maxImages() {
    return rings().get(0).degree();
  }
}
