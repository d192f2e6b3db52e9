package io.sotto.converter.multiply;

import io.sotto.converter.setup.TransferSetup;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.gc.product.ProductEvaluator;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client's choices are the bits of its shares of y, then of x.
 *
 * <p><b>Security.</b> The client receives corrections, which look random to it.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record MultiplyClient(MultiplySpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    return CrossTerms.run(
        spec,
        inputs,
        spec.isSquare() ? List.of(0) : List.of(1, 0),
        (own, result) ->
            ProductEvaluator.multiply(
                party.of(new TransferSetup()),
                spec.crossTerm(),
                inputs.get(0).count(),
                own,
                result),
        scope);
  }
}
