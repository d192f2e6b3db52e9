package io.sotto.tfimport.internal;

/**
 * One node can't be imported; the message is the reason, and becomes one entry of the list, with
 * what to write instead.
 */
public final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String instead;

  public UnsupportedNodeException(String reason) {
    this(reason, "");
  }

  /**
   * A reason and a way out.
   *
   * @param instead what the model's author can write instead; empty to leave it to the operation
   */
  public UnsupportedNodeException(String reason, String instead) {
    super(reason);
    this.instead = instead;
  }

  String instead() {
    return instead;
  }
}
