package io.sotto.converter.setup;

import io.sotto.channel.Traffic;
import io.sotto.gc.garble.Evaluator;
import io.sotto.gc.garble.Garbler;

/**
 * Base transfers both ways and a session key: what circuits, lookups and products of shares stand
 * on. The client evaluates, the server garbles.
 *
 * <p><b>Security.</b> {@link Garbler} and {@link Evaluator} say what their messages tell.
 */
public record TransferSetup() implements Setup<Evaluator, Garbler> {
  private static final SetupKind KIND = new SetupKind(3, "transfers");

  @Override
  public SetupKind kind() {
    return KIND;
  }

  @Override
  public Evaluator prepareClient(SetupContext session) {
    return session
        .scope()
        .own(Evaluator.open(session.channel(), session.random(), session.trees()));
  }

  @Override
  public Garbler prepareServer(SetupContext session) {
    return session.scope().own(Garbler.open(session.channel(), session.random(), session.trees()));
  }

  @Override
  public Traffic clientTraffic() {
    return Evaluator.setupTraffic();
  }
}
