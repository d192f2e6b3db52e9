package io.sotto.converter.combine;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client combines its own shares.
 *
 * <p><b>Security.</b> Nothing is sent or received.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record CombineClient(CombineSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    return ShareSums.of(spec, inputs, null, party.stop(), scope);
  }
}
