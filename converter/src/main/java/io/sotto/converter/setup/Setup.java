package io.sotto.converter.setup;

import io.sotto.channel.Traffic;
import java.util.Optional;

/**
 * Something that both parties prepare once a session, and that steps then stand on. An
 * implementation is a record of its parameters: equal setups are one and the same, and a step gets
 * what its party holds by naming the setup.
 *
 * <p><b>Security.</b> Everything in a setup is public to both parties, as all of a plan is. Each
 * implementation says what its messages tell the other side.
 *
 * <p><b>Threading.</b> Immutable; each side runs on the session's thread.
 *
 * <p><b>Failure.</b> Both sides throw what the channel does, and a {@link
 * io.sotto.channel.PeerViolationException} for what is malformed.
 *
 * @param <C> what the client holds afterwards
 * @param <S> what the server holds afterwards
 */
public interface Setup<C, S> {
  SetupKind kind();

  /** The client's side; what it holds lives in the session's scope. */
  C prepareClient(SetupContext session);

  /** The server's side, likewise. */
  S prepareServer(SetupContext session);

  /** What the client's side sends, receives and waits for. */
  Traffic clientTraffic();

  /**
   * Native memory of either side while a step runs that stands on this, beyond the little that
   * every session is granted.
   */
  default long memoryBytes() {
    return 0;
  }

  /**
   * Checks that a plan may have this setup beside another of its kind.
   *
   * @throws IllegalArgumentException if it may not
   */
  default void requireBeside(Setup<?, ?> other) {}

  /** The ciphertexts that it makes keys for; empty if there are none. */
  default Optional<Ciphertexts> ciphertexts() {
    return Optional.empty();
  }
}
