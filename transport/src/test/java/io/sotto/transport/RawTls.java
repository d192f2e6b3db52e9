package io.sotto.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS on the JDK's plain sockets, for peers that do what ours never would. */
final class RawTls {
  private RawTls() {}

  /** Handshakes over a connection that stays accessible under the TLS. */
  static SSLSocket client(Socket connection, String protocol) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            context(null)
                .getSocketFactory()
                .createSocket(connection, "127.0.0.1", connection.getPort(), true);
    socket.setEnabledProtocols(new String[] {protocol});
    socket.startHandshake();
    return socket;
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

  private static SSLContext context(@Nullable ServerIdentity identity)
      throws GeneralSecurityException, IOException {
    KeyManager[] keys = null;
    if (identity != null) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", identity.key(), new char[0], identity.chain());
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, new char[0]);
      keys = factory.getKeyManagers();
    }
    TrustManager gullible =
        new EngineTrustManager() {
          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {gullible}, new SecureRandom());
    return context;
  }
}
