package io.sotto.converter.step;

/**
 * What loops over many numbers ask every so often whether to go on. Most of a step waits for
 * messages, and a wait has a limit of its own; a loop between two messages has this.
 */
@FunctionalInterface
public interface StopSignal {
  /** Lets everything pass. */
  StopSignal NEVER = () -> {};

  /** Returns at once, or throws what ends the batch. */
  void check();
}
