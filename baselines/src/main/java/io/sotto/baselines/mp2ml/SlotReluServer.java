package io.sotto.baselines.mp2ml;

import io.sotto.converter.setup.TransferSetup;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.garble.Garbler;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server garbles. Its inputs are its share of y and a fresh r, uniform in [0, 2^(L-1)) for
 * shares of L bits, which is its share of x. The client's share {@code x - r} lies above -2^(L-1)
 * and below x, so it doesn't wrap as a signed number.
 *
 * <p><b>Security.</b> The server receives the client's messages of the OT extension, which hide the
 * client's bits computationally. Of x the client's share tells something with probability x /
 * 2^(L-1), at most 2^-40: if r is within x of an end.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}.
 */
public record SlotReluServer(SlotReluSpec spec) implements ServerStep {
  @Override
  public Twin twin() {
    return new SlotReluTwin(spec);
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    Shares share = inputs.get(0);
    int narrow = spec.input().bits();
    ExactFormat output = spec.output();
    ExactFormat notNegative =
        new ExactFormat(output.elements(), output.bits() - 1, output.fraction());
    ExactShares fresh = FreshShares.uniform(notNegative, share.images(), party.random(), scope);
    try (BitMatrix bits = new BitMatrix(narrow + output.bits(), share.count())) {
      bits.setShares(0, share.values(), narrow);
      bits.setShares(narrow, fresh.values(), output.bits());
      Garbler.garble(party.of(new TransferSetup()), spec.circuit(), share.count(), bits);
    }
    return new ExactShares(output, share.images(), fresh.values());
  }
}
