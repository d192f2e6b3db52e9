package io.sotto.converter.step;

import io.sotto.converter.shares.Shares;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The client's side of a step.
 *
 * <p><b>Security.</b> Each implementation says what its messages tell the server.
 *
 * <p><b>Threading.</b> Stateless; one thread a session.
 *
 * <p><b>Failure.</b> Those of the channel; a step that failed is never repeated on the same
 * session.
 */
public interface ClientStep {
  /** Runs the step against the server's side; the result lives in the scope. */
  Shares run(ClientParty party, List<Shares> inputs, Scope scope);
}
