package io.sotto.server.compile.steps;

import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.step.ServerStep;
import io.sotto.server.model.LayerReport;
import java.util.ArrayList;
import java.util.List;

/** The inputs and steps of a plan while it is written; each gives a value with a number. */
final class StepList {
  private final List<InputSpec> inputs = new ArrayList<>();
  private final List<ServerStep> steps = new ArrayList<>();
  private final List<PlanStep> view = new ArrayList<>();
  private final List<LayerReport> reports = new ArrayList<>();

  /** Adds an input, before all steps; returns its number. */
  int input(InputSpec input) {
    inputs.add(input);
    return inputs.size() - 1;
  }

  /** Adds a step that takes these values; returns the number of what it gives. */
  int add(ServerStep step, List<Integer> values, LayerReport report) {
    steps.add(step);
    view.add(new PlanStep(step.spec(), values));
    reports.add(report);
    return inputs.size() + steps.size() - 1;
  }

  ServerPlan plan() {
    return new ServerPlan(new Plan(inputs, view), steps);
  }

  /** One report a step. */
  List<LayerReport> reports() {
    return reports;
  }
}
