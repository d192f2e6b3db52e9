package io.sotto.converter.relu;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.shares.WideShares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client evaluates, with its share of y as input, and learns {@code max(0, y) - r}.
 *
 * <p><b>Security.</b> The result is uniform because r is; labels and tables say nothing else.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record ReluClient(ReluSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    Shares share = inputs.get(0);
    WideShares result = WideShares.allocate(spec.output(), share.images(), scope);
    try (BitMatrix bits = BitMatrix.fromShares(share.values(), share.count(), spec.input().bits());
        BitMatrix outputs = party.evaluator().run(spec.circuit(), share.count(), bits)) {
      outputs.toShares(result.values());
    }
    return result;
  }
}
