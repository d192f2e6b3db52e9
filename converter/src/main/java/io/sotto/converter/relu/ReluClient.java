package io.sotto.converter.relu;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client's side of a relu.
 *
 * <p><b>Security.</b> As the server's: requests, tables, labels and corrections look random to the
 * client.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record ReluClient(ReluSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    return spec.run(party, inputs.get(0), scope);
  }
}
