package io.sotto.converter.session;

import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.shares.Shares;
import io.sotto.natives.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One party's shares of the values of a plan while it runs. Each value lives in a scope of its own,
 * which is closed, and so wiped, after the last step that takes the value.
 */
final class LiveValues implements AutoCloseable {
  private final Plan plan;
  private final List<Integer> lastUses;
  private final List<@Nullable Shares> shares = new ArrayList<>();
  private final List<Scope> scopes = new ArrayList<>();

  LiveValues(Plan plan) {
    this.plan = plan;
    this.lastUses = plan.lastUses();
  }

  /** The next input, made in a scope that is kept as long as the value is needed. */
  void addInput(Function<Scope, Shares> make) {
    Scope scope = new Scope();
    scopes.add(scope);
    shares.add(make.apply(scope));
  }

  /** Runs the step on its inputs; returns its result, which lives on until {@link #release}. */
  Shares run(int step, BiFunction<List<Shares>, Scope, Shares> body) {
    PlanStep planned = plan.steps().get(step);
    List<Shares> inputs = new ArrayList<>();
    for (int value : planned.inputs()) {
      Shares input = shares.get(value);
      if (input == null) {
        throw new IllegalStateException("value " + value + " is gone before its last use");
      }
      inputs.add(input);
    }
    Scope scope = new Scope();
    scopes.add(scope);
    Shares result = body.apply(inputs, scope);
    shares.add(result);
    return result;
  }

  /** Wipes what no step after this one takes. */
  void release(int step) {
    for (int value : plan.steps().get(step).inputs()) {
      if (lastUses.get(value) == step) {
        drop(value);
      }
    }
    int result = plan.inputs().size() + step;
    if (lastUses.get(result) < 0) {
      drop(result);
    }
  }

  private void drop(int value) {
    shares.set(value, null);
    scopes.get(value).close();
  }

  @Override
  public void close() {
    scopes.forEach(Scope::close);
  }
}
