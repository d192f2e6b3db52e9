package io.sotto.samples.chapters.absolute;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server's side of an absolute value.
 *
 * <p><b>Security.</b> All messages are the relu's, which tell the server nothing.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}.
 */
public record AbsoluteServer(AbsoluteSpec spec) implements ServerStep {
  @Override
  public Twin twin() {
    return new AbsoluteTwin(spec);
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    Shares result = spec.relu().run(party, inputs.get(0), scope);
    AbsoluteSpec.finish(inputs.get(0), result);
    return result;
  }
}
