package io.sotto.tfimport.internal;

/** One node can't be imported; the message is the reason, and becomes one entry of the list. */
public final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnsupportedNodeException(String reason) {
    super(reason);
  }
}
