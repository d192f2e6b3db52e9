package io.sotto.converter.maxpool;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client's side of each level's relus, and the differences and sums of its own shares.
 *
 * <p><b>Security.</b> That of the relu; there are no other messages.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record MaxPoolClient(MaxPoolSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    return PoolingTree.run(
        spec,
        inputs.get(0),
        (relu, differences, step) -> relu.client().run(party, List.of(differences), step),
        party.stop(),
        scope);
  }
}
