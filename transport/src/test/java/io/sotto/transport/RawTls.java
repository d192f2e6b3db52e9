package io.sotto.transport;

import io.sotto.transport.testing.GullibleTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** TLS on the JDK's plain sockets, for peers that do what ours never would. */
final class RawTls {
  private RawTls() {}

  /** Handshakes over a connection that stays accessible under the TLS. */
  static SSLSocket client(Socket connection, String protocol) throws Exception {
    return GullibleTls.client(connection, protocol, true);
  }

  static SSLServerSocket server(ServerIdentity identity, String protocol) throws Exception {
    SSLServerSocket socket =
        (SSLServerSocket)
            context(identity)
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    socket.setEnabledProtocols(new String[] {protocol});
    return socket;
  }

  private static SSLContext context(ServerIdentity identity)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("server", identity.key(), new char[0], identity.chain());
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, new SecureRandom());
    return context;
  }
}
