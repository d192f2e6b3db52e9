package io.sotto.converter.step;

import io.sotto.converter.shares.Shares;
import io.sotto.natives.Scope;
import java.util.List;

/**
 * The server's side of a step.
 *
 * <p><b>Security.</b> Each implementation says what its messages tell the client.
 *
 * <p><b>Threading.</b> Immutable and shared by all sessions of a model; one thread a session.
 *
 * <p><b>Failure.</b> Those of the channel; a step that failed is never repeated on the same
 * session.
 */
public interface ServerStep extends AutoCloseable {
  StepSpec spec();

  /** What the step computes, in the clear. */
  Twin twin();

  /**
   * Native memory that the step takes while it runs, besides inputs, output and setups; at most.
   */
  default long memoryBytes(int images) {
    return spec().serverBytes(images);
  }

  /**
   * Results an image that are exact because noise stays away from them, which a bound says but for
   * a tiny chance each.
   */
  default long resultsBesideNoise() {
    return 0;
  }

  /** Runs the step against the client's side; the result lives in the scope. */
  Shares run(ServerParty party, List<Shares> inputs, Scope scope);

  /** Wipes what belongs to the step. */
  @Override
  default void close() {}
}
