package io.sotto.converter.maxpool;

import io.sotto.converter.relu.ReluServer;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.StopSignal;
import io.sotto.converter.step.Twin;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server's side of each level's relus, and the differences and sums of its own shares.
 *
 * <p><b>Security.</b> That of the relu; there are no other messages.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}.
 */
public record MaxPoolServer(MaxPoolSpec spec) implements ServerStep {
  @Override
  public Twin twin() {
    return new MaxPoolTwin(spec);
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    return PoolingTree.run(
        spec,
        inputs.get(0),
        (relu, differences, step) -> new ReluServer(relu).run(party, List.of(differences), step),
        StopSignal.NEVER,
        scope);
  }
}
