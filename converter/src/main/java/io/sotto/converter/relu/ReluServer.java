package io.sotto.converter.relu;

import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.garble.LookupRelu;
import io.sotto.natives.Scope;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The server garbles. Its input is its share of y, and its result the sum of its shares of the
 * products; but in the plain form its inputs are its share of y and a fresh uniform share r of the
 * result; r is what it keeps.
 *
 * <p><b>Security.</b> The server receives the client's messages of the OT extension, which hide the
 * client's bits computationally; with lookups its bits of carries, masked by fresh ones; and but in
 * the plain form corrections of products, each masked by a hash that it can't know.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}.
 */
public record ReluServer(ReluSpec spec) implements ServerStep {
  @Override
  public Twin twin() {
    return new ReluTwin(spec, null);
  }

  @Override
  public Twin twin(RandomGenerator shares) {
    return new ReluTwin(spec, shares);
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    Shares share = inputs.get(0);
    return switch (spec.form()) {
      case PLAIN -> plain(party, share, scope);
      case CIRCUIT -> {
        ExactShares result = ExactShares.allocate(spec.output(), share.images(), scope);
        party.garbler().relu(spec.shareRelu(), share.count(), share.values(), result.values());
        yield result;
      }
      case LOOKUP -> {
        ExactShares result = ExactShares.allocate(spec.output(), share.images(), scope);
        LookupRelu lookup = new LookupRelu(spec.shareRelu());
        party.garbler().relu(lookup, share.count(), share.values(), result.values());
        yield result;
      }
    };
  }

  private Shares plain(ServerParty party, Shares share, Scope scope) {
    ExactShares fresh = ExactShares.uniform(spec.output(), share.images(), party.random(), scope);
    int narrow = spec.input().bits();
    int wide = spec.output().bits();
    try (BitMatrix bits = new BitMatrix(narrow + wide, share.count())) {
      bits.setShares(0, share.values(), narrow);
      bits.setShares(narrow, fresh.values(), wide);
      party.garbler().run(spec.plainCircuit(), share.count(), bits);
    }
    return fresh;
  }
}
