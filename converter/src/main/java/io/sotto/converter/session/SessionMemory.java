package io.sotto.converter.session;

import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.setup.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * What a session takes of native memory at most, from the plan alone (at the server: with the sizes
 * of its layers on slots), and of a client's heap what grows with a batch. docs/protocol.md has the
 * formula. Kept apart: a model's weights, which the server's sessions share, and the native
 * library's own objects for rings and keys, some hundred KB.
 */
public final class SessionMemory {
  /**
   * Chunks and messages under way, and the keys of the transfers: they don't grow with anything.
   */
  private static final long FIXED = 16L << 20;

  private SessionMemory() {}

  /** For a client's session with batches of up to so many images. */
  public static long ofClient(Plan plan, int images) {
    return ofParty(plan, images, i -> plan.steps().get(i).spec().clientBytes(images))
        + images * heapBytes(plan);
  }

  /** An image's inputs as fixed point, and what is revealed as fixed point and as floats. */
  private static long heapBytes(Plan plan) {
    long inputs = plan.inputs().stream().mapToLong(input -> input.format().elements()).sum();
    long outputs = plan.reveals().stream().mapToLong(reveal -> reveal.output().elements()).sum();
    return inputs * Long.BYTES + outputs * (Long.BYTES + Float.BYTES);
  }

  /** For a server's. */
  public static long ofServer(ServerPlan plan, int images) {
    return ofParty(plan.plan(), images, i -> plan.steps().get(i).memoryBytes(images));
  }

  /** At each step the shares that are alive, and what the step and its setups take then. */
  private static long ofParty(Plan plan, long images, IntToLongFunction working) {
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
      long setups = step.spec().setups().stream().mapToLong(Setup::memoryBytes).sum();
      most = Math.max(most, alive + setups + working.applyAsLong(i));
      for (int value : step.inputs().stream().distinct().toList()) {
        if (lastUses.get(value) == i) {
          alive -= sizes.get(value);
        }
      }
      if (lastUses.get(sizes.size() - 1) < 0) {
        alive -= result;
      }
    }
    long kept = plan.steps().stream().mapToLong(step -> step.spec().sessionBytes()).sum();
    return FIXED + kept + most;
  }
}
