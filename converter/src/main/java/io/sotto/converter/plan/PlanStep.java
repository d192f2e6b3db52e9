package io.sotto.converter.plan;

import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.step.StepSpec;
import java.util.List;

/**
 * A step in its place: which values of the plan it takes. The first values are the inputs, then
 * comes what each step gives.
 */
public record PlanStep(StepSpec spec, List<Integer> inputs) {
  public PlanStep {
    inputs = List.copyOf(inputs);
    if (inputs.size() != spec.inputs().size()) {
      throw new IllegalArgumentException(
          "a %s step takes %d values, %d given"
              .formatted(spec.kind().name(), spec.inputs().size(), inputs.size()));
    }
  }

  /** Does it give an output of the model? */
  public boolean reveals() {
    return spec instanceof RevealSpec;
  }
}
