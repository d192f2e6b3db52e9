package io.sotto.converter.setup;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the server holds of its session's setups.
 *
 * <p><b>Security.</b> Belongs to the session's scope, which wipes it.
 *
 * <p><b>Threading.</b> One thread a session.
 *
 * <p><b>Failure.</b> A step that takes what it didn't ask for is our own bug, an {@link
 * IllegalStateException}.
 */
public final class ServerSetups {
  private final Map<Setup<?, ?>, Object> held = new HashMap<>();

  private ServerSetups() {}

  /** Prepares the setups in this order, against the client's side. */
  public static ServerSetups prepare(List<Setup<?, ?>> setups, SetupContext session) {
    ServerSetups prepared = new ServerSetups();
    for (Setup<?, ?> setup : setups) {
      prepared.held.put(setup, setup.prepareServer(session));
    }
    return prepared;
  }

  /** What this side holds of a setup. */
  @SuppressWarnings("unchecked") // A setup's own side put it there.
  public <S> S of(Setup<?, S> setup) {
    Object prepared = held.get(setup);
    if (prepared == null) {
      throw new IllegalStateException("no step asked for " + setup);
    }
    return (S) prepared;
  }
}
