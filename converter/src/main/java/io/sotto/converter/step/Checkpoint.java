package io.sotto.converter.step;

/**
 * What loops over many numbers ask every so often whether to go on. Most of a step waits for
 * messages, and a wait has a limit of its own; a loop between two messages has this.
 */
@FunctionalInterface
public interface Checkpoint {
  /** Lets everything pass. */
  Checkpoint NONE = () -> {};

  /** Returns at once, or throws what ends the batch. */
  void pass();
}
