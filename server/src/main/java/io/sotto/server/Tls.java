package io.sotto.server;

import io.sotto.transport.ListenerOptions;
import io.sotto.transport.ServerIdentity;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How a server and its clients know each other. */
public sealed interface Tls {
  /** What the server is known by, null if by nothing. Reads files, and may make them. */
  @Nullable ServerIdentity load();

  /** The same for a listener. */
  ListenerOptions applyTo(ListenerOptions options);

  /**
   * The server's own certificate, made when there is none.
   *
   * @param directory where it is kept; null for the user's own
   * @param clients PEM file of the certificates that clients must show or be issued by; null if
   *     they need none
   */
  record Identity(@Nullable Path directory, @Nullable Path clients) implements Tls {
    @Override
    public ServerIdentity load() {
      return ServerIdentity.loadOrCreate(
          directory != null ? directory : ServerIdentity.defaultDirectory());
    }

    @Override
    public ListenerOptions applyTo(ListenerOptions options) {
      return clients == null ? options : options.requireClientCertificates(clients);
    }
  }

  /**
   * A certificate from elsewhere.
   *
   * @param certificate PEM file
   * @param privateKey PEM file of its key
   * @param clients as those of {@link Identity}
   */
  record Certificate(Path certificate, Path privateKey, @Nullable Path clients) implements Tls {
    @Override
    public ServerIdentity load() {
      return ServerIdentity.fromPem(certificate, privateKey);
    }

    @Override
    public ListenerOptions applyTo(ListenerOptions options) {
      return clients == null ? options : options.requireClientCertificates(clients);
    }
  }

  /** No TLS: everyone on the way can read and alter everything. */
  record Insecure() implements Tls {
    @Override
    public @Nullable ServerIdentity load() {
      return null;
    }

    @Override
    public ListenerOptions applyTo(ListenerOptions options) {
      return options.insecureWithoutTls();
    }
  }
}
