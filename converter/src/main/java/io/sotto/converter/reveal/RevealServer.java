package io.sotto.converter.reveal;

import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.step.Twin;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server sends its share of the outputs and keeps nothing that the client doesn't know.
 *
 * <p><b>Security.</b> The server receives nothing. SECURITY.md says what outputs tell of a model.
 *
 * <p><b>Threading, failure.</b> As {@link ServerStep}.
 */
public record RevealServer(RevealSpec spec) implements ServerStep {
  @Override
  public Twin twin() {
    return new RevealTwin();
  }

  @Override
  public Shares run(ServerParty party, List<Shares> inputs, Scope scope) {
    Shares share = inputs.get(0);
    if (share.format().bits() == spec.input().bits()) {
      spec.messages(share.images()).send(party.channel(), share.values());
    } else {
      try (NativeBuffer reduced = NativeBuffer.allocate(share.values().size())) {
        RevealSpec.reduce(share, spec.input().mask(), reduced);
        spec.messages(share.images()).send(party.channel(), reduced);
      }
    }
    party.channel().flush();
    return share;
  }
}
