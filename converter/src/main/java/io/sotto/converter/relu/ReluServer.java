package io.sotto.converter.relu;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.shares.WideShares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server garbles, with its share of y and a fresh uniform share r of the result as inputs; r is
 * what it keeps.
 *
 * <p><b>Security.</b> The server receives the client's messages of the OT extension, which hide the
 * client's bits computationally, and nothing else.
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
    Shares share = inputs.get(0);
    WideShares fresh = WideShares.uniform(spec.output(), share.images(), party.random(), scope);
    int narrow = spec.input().bits();
    int wide = spec.output().bits();
    try (BitMatrix bits = new BitMatrix(narrow + wide, share.count())) {
      bits.setShares(0, share.values(), narrow);
      bits.setShares(narrow, fresh.values(), wide);
      party.garbler().run(spec.circuit(), share.count(), bits);
    }
    return fresh;
  }
}
