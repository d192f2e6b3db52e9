package io.sotto.transport;

/** The server's certificate is not one that the client was told to trust. */
public final class UntrustedServerException extends TransportException {
  private static final long serialVersionUID = 1L;

  private final String fingerprint;

  UntrustedServerException(String message, String fingerprint, Throwable cause) {
    super(message, cause);
    this.fingerprint = fingerprint;
  }

  /** SHA-256 of the certificate that the server showed, as {@link ServerTrust#pinned} takes it. */
  public String fingerprint() {
    return fingerprint;
  }
}
