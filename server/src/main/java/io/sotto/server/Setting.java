package io.sotto.server;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a server can be told. It is declared once, in {@link ServerSettings}; from that
 * follow its key in a configuration file, its option on the command line, and what {@link
 * ServerConfig.Builder#set} takes.
 *
 * <p><b>Security.</b> Settings hold no secrets, only the names of files that do.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> {@link #check} throws {@link IllegalArgumentException} with one line: what was
 * given, and what is allowed.
 *
 * @param <T> its values
 * @param name in files, and behind two dashes on the command line
 * @param part of the configuration that it belongs to
 * @param type of its values
 * @param standard what holds if nothing is said; null for nothing, or for what the help says
 * @param help a sentence or two, where {@code {standard}} stands for the standard value
 */
public record Setting<T>(
    String name, Part part, ValueType<T> type, @Nullable T standard, String help) {

  /** The parts of a configuration. */
  public enum Part {
    MODEL,
    ARITHMETIC,
    LISTENING,
    TLS,
    PATIENCE
  }

  /** The value that is meant by what is given, which is in the type's form or a value already. */
  public T check(Object given) {
    return type.read(name, given);
  }

  /** The help with the standard value in it. */
  public String helpText() {
    return help.replace("{standard}", standardText());
  }

  private String standardText() {
    return standard instanceof Duration time
        ? Long.toString(time.toSeconds())
        : String.valueOf(standard).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return name;
  }
}
