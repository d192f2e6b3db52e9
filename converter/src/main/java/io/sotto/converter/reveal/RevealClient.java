package io.sotto.converter.reveal;

import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client adds the server's share to its own; the result is the outputs themselves.
 *
 * <p><b>Security.</b> The client learns the outputs to the last place of their format, and nothing
 * else.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record RevealClient(RevealSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    Shares own = inputs.get(0);
    ExactShares outputs = spec.input().allocate(own.images(), scope);
    spec.messages(own.images()).receive(party.channel(), outputs.values());
    RevealSpec.addInto(outputs, own);
    return outputs;
  }
}
