package io.sotto.converter.setup;

import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.GarblerCorrelations;

/**
 * Base transfers both ways and a session key: what circuits, lookups and products of shares stand
 * on. The client evaluates, the server garbles.
 *
 * <p><b>Security.</b> {@link io.sotto.gc.ot.SoftSpokenReceiver} says what their messages tell.
 */
public record TransferSetup() implements Setup<EvaluatorCorrelations, GarblerCorrelations> {
  private static final SetupKind KIND = new SetupKind(3, "transfers");

  @Override
  public SetupKind kind() {
    return KIND;
  }

  @Override
  public EvaluatorCorrelations prepareClient(SetupContext session) {
    return session
        .scope()
        .own(EvaluatorCorrelations.open(session.channel(), session.random(), session.trees()));
  }

  @Override
  public GarblerCorrelations prepareServer(SetupContext session) {
    return session
        .scope()
        .own(GarblerCorrelations.open(session.channel(), session.random(), session.trees()));
  }

  @Override
  public Traffic clientTraffic() {
    return EvaluatorCorrelations.setupTraffic();
  }
}
