package io.sotto.transport;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of an accepted connection.
 *
 * @param address where the connection comes from
 * @param certificateFingerprint SHA-256 of the client's verified certificate, or null if none was
 *     asked
 * @param certificateSubject the distinguished name in that certificate, or null
 */
public record PeerDescription(
    InetSocketAddress address,
    @Nullable String certificateFingerprint,
    @Nullable String certificateSubject) {

  /** Address and port, for logs. */
  @Override
  public String toString() {
    return Endpoint.of(address);
  }
}
