package io.sotto.server;

/** The configuration can't be used; the message is one line that says where and why. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }
}
