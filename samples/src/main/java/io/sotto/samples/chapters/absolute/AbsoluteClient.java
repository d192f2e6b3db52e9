package io.sotto.samples.chapters.absolute;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client's side of an absolute value.
 *
 * <p><b>Security.</b> All messages are the relu's, which tell the client nothing.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record AbsoluteClient(AbsoluteSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    Shares result = spec.relu().run(party, inputs.get(0), scope);
    AbsoluteSpec.finish(inputs.get(0), result);
    return result;
  }
}
