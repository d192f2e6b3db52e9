package io.sotto.converter.setup;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the client holds of its session's setups.
 *
 * <p><b>Security.</b> Belongs to the session's scope, which wipes it.
 *
 * <p><b>Threading.</b> One thread a session.
 *
 * <p><b>Failure.</b> A step that takes what it didn't ask for is our own bug, an {@link
 * IllegalStateException}.
 */
public final class ClientSetups {
  private final Map<Setup<?, ?>, Object> held = new HashMap<>();

  private ClientSetups() {}

  /** Prepares the setups in this order, against the server's side. */
  public static ClientSetups prepare(List<Setup<?, ?>> setups, SetupContext session) {
    ClientSetups prepared = new ClientSetups();
    for (Setup<?, ?> setup : setups) {
      prepared.held.put(setup, setup.prepareClient(session));
    }
    session.channel().flush();
    return prepared;
  }

  /** What this side holds of a setup. */
  @SuppressWarnings("unchecked") // A setup's own side put it there.
  public <C> C of(Setup<C, ?> setup) {
    Object prepared = held.get(setup);
    if (prepared == null) {
      throw new IllegalStateException("no step asked for " + setup);
    }
    return (C) prepared;
  }
}
