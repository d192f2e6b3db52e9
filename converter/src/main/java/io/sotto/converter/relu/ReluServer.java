package io.sotto.converter.relu;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server's side of a relu.
 *
 * <p><b>Security.</b> The server receives requests, which hide the client's share; tables, of which
 * it can open one masked entry each; and corrections, each masked by a hash that it can't know.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}.
 */
public record ReluServer(ReluSpec spec) implements ServerStep {
  @Override
  public Twin twin() {
    return new ReluTwin(spec);
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    return spec.run(party, inputs.get(0), scope);
  }
}
