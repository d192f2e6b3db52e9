package io.sotto.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 and nothing older, set up for either side: BoringSSL's where netty-tcnative has it, else
 * the JDK's.
 */
final class Tls {
  private static final String VERSION = "TLSv1.3";

  /**
   * The first is the fastest on machines with AES instructions, and has the 128 bits of all the
   * rest.
   */
  private static final List<String> CIPHERS =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  /** {@code -Dio.netty.handler.ssl.noOpenSsl=true} forces the JDK's. */
  private static final SslProvider PROVIDER =
      OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

  private Tls() {}

  static SslContext forServer(ServerIdentity identity, @Nullable Path trustedClients) {
    SslContextBuilder builder =
        SslContextBuilder.forServer(identity.key(), identity.chain())
            .sslProvider(PROVIDER)
            .protocols(VERSION)
            .ciphers(CIPHERS);
    if (trustedClients != null) {
      builder
          .clientAuth(ClientAuth.REQUIRE)
          .trustManager(clientJudge(Certificates.read(trustedClients)));
    }
    return build(builder);
  }

  /** One context for each connection: no session is ever resumed. */
  static SslHandler forClient(
      X509ExtendedTrustManager judge, @Nullable ServerIdentity identity, String host, int port) {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(PROVIDER)
            .protocols(VERSION)
            .ciphers(CIPHERS)
            .trustManager(judge)
            .endpointIdentificationAlgorithm("HTTPS");
    if (identity != null) {
      builder.keyManager(identity.key(), identity.chain());
    }
    return build(builder).newHandler(PooledByteBufAllocator.DEFAULT, host, port);
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new TransportException("can't set up TLS with this certificate and key", e);
    }
  }

  private static X509ExtendedTrustManager clientJudge(List<X509Certificate> trusted) {
    X509ExtendedTrustManager delegate = Certificates.judge(trusted);
    return new EngineTrustManager() {
      @Override
      public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
          throws CertificateException {
        String outOfTime = Certificates.outOfTime(chain[0]);
        if (outOfTime != null) {
          throw new CertificateException("the client's certificate " + outOfTime);
        }
        delegate.checkClientTrusted(chain, authType, engine);
      }

      @Override
      public X509Certificate[] getAcceptedIssuers() {
        return delegate.getAcceptedIssuers();
      }
    };
  }
}
