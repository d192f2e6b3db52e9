package io.sotto.baselines.mp2ml;

import io.sotto.converter.setup.TransferSetup;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.garble.Evaluator;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client evaluates, with its share of y as input; its result is {@code max(0, y) - r} in two's
 * complement.
 *
 * <p><b>Security.</b> Labels and tables look random to the client; the result is within 2^-40 of
 * what doesn't depend on y.
 *
 * <p><b>Threading, failure.</b> As {@link ClientStep}.
 */
record SlotReluClient(SlotReluSpec spec) implements ClientStep {
  @Override
  public Shares run(ClientParty party, List<Shares> inputs, Scope scope) {
    Shares share = inputs.get(0);
    ExactShares result = spec.output().allocate(share.images(), scope);
    try (BitMatrix bits = BitMatrix.fromShares(share.values(), share.count(), spec.input().bits());
        BitMatrix outputs =
            Evaluator.evaluate(
                party.of(new TransferSetup()), spec.circuit(), share.count(), bits)) {
      outputs.toShares(result.values());
    }
    return result;
  }
}
