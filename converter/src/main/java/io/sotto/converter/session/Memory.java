package io.sotto.converter.session;

import io.sotto.ckks.slots.SlotKeySpec;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.step.StepSpec;
import java.util.ArrayList;
import java.util.List;

/** What a batch takes of native memory, from the plan alone, so that it can be refused before. */
final class Memory {
  private Memory() {}

  /**
   * An upper bound for the client: at each step the shares that are alive and, of a linear step,
   * the ciphertexts; of a step on slots what the client needs.
   */
  static long ofBatch(Plan plan) {
    long images = plan.maxImages();
    List<Long> sizes = new ArrayList<>();
    long alive = 0;
    for (InputSpec input : plan.inputs()) {
      sizes.add(input.format().elements() * images * Long.BYTES);
      alive += sizes.get(sizes.size() - 1);
    }
    List<Integer> lastUses = plan.lastUses();
    long most = alive;
    for (int i = 0; i < plan.steps().size(); i++) {
      PlanStep step = plan.steps().get(i);
      long result = step.spec().output().elements() * images * Long.BYTES;
      sizes.add(result);
      alive += result;
      most = Math.max(most, alive + working(step.spec(), images));
      for (int value : step.inputs().stream().distinct().toList()) {
        if (lastUses.get(value) == i) {
          alive -= sizes.get(value);
        }
      }
      if (lastUses.get(sizes.size() - 1) < 0) {
        alive -= result;
      }
    }
    return most;
  }

  /** What a step takes while it runs, but for what doesn't grow with the batch. */
  private static long working(StepSpec step, long images) {
    if (step instanceof LinearSpec linear) {
      return linear.clientBytes();
    }
    return step.workingElements() * images * Long.BYTES
        + step.slotKeys().map(SlotKeySpec::memoryBytes).orElse(0L);
  }
}
