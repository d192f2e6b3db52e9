package io.sotto.converter.session;

import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;

/** What a batch takes of native memory, from the plan alone, so that it can be refused before. */
final class Memory {
  private Memory() {}

  /** An upper bound for either party: all shares, and of the ciphertexts the largest step's. */
  static long ofBatch(Plan plan) {
    long images = plan.maxImages();
    long shares = plan.input().format().elements() * images * Long.BYTES;
    long largest = 0;
    for (PlanStep step : plan.steps()) {
      shares += step.spec().output().elements() * images * Long.BYTES;
      if (step.spec() instanceof LinearSpec linear) {
        long polynomials = 3L * (linear.input().elements() + linear.output().elements());
        largest = Math.max(largest, polynomials * linear.ring().degree() * Long.BYTES);
      }
    }
    return shares + largest;
  }
}
