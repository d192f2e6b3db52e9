package io.sotto.converter.relu;

import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.garble.LookupRelu;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client evaluates, with its share of y as input. In the plain form its result is the circuit's
 * output {@code max(0, y) - r}, in the others the sum of its shares of the products.
 *
 * <p><b>Security.</b> Labels, tables and corrections look random to the client. The plain form's
 * result is uniform because r is.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record ReluClient(ReluSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    Shares share = inputs.get(0);
    ExactShares result = ExactShares.allocate(spec.output(), share.images(), scope);
    switch (spec.form()) {
      case PLAIN -> plain(party, share, result);
      case CIRCUIT ->
          party.evaluator().relu(spec.shareRelu(), share.count(), share.values(), result.values());
      case LOOKUP ->
          party
              .evaluator()
              .relu(
                  new LookupRelu(spec.shareRelu()), share.count(), share.values(), result.values());
    }
    return result;
  }

  private void plain(ClientParty party, Shares share, ExactShares result) {
    try (BitMatrix bits = BitMatrix.fromShares(share.values(), share.count(), spec.input().bits());
        BitMatrix outputs = party.evaluator().run(spec.plainCircuit(), share.count(), bits)) {
      outputs.toShares(result.values());
    }
  }
}
