package io.sotto.converter.multiply;

import io.sotto.converter.setup.TransferSetup;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.gc.product.ProductGarbler;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server's factors are its shares of x, then of y.
 *
 * <p><b>Security.</b> The server receives the client's requests of the OT extension, which hide the
 * client's shares.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}.
 */
public record MultiplyServer(MultiplySpec spec) implements ServerStep {
  @Override
  public Twin twin() {
    return new MultiplyTwin(spec);
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    return CrossTerms.run(
        spec,
        inputs,
        spec.isSquare() ? List.of(0) : List.of(0, 1),
        (own, result) ->
            ProductGarbler.multiply(
                party.of(new TransferSetup()),
                spec.crossTerm(),
                inputs.get(0).count(),
                own,
                result),
        scope);
  }
}
