package io.sotto.transport;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which server a client believes.
 *
 * <p><b>Security.</b> A server must show a certificate that passes, within its time, and prove that
 * it has the key. {@link #pinned} accepts that one certificate whatever host it names; {@link
 * #certificates} and {@link #standard} also check that it is for the host. {@code standard} makes
 * one exception: at a loopback address it accepts exactly the certificate that {@link
 * ServerIdentity} keeps in the same user's home.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> Factories throw {@link TransportException} for files that can't be used and
 * {@link IllegalArgumentException} for what isn't a fingerprint.
 */
public final class ServerTrust {

  /** A certificate refused, with the words for the user. */
  static final class Refusal extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final String fingerprint;

    Refusal(String message, String fingerprint) {
      super(message);
      this.fingerprint = fingerprint;
    }

    String fingerprint() {
      return fingerprint;
    }
  }

  private final @Nullable String pin;
  private final @Nullable List<X509Certificate> trusted;
  private final @Nullable Path identityDirectory;

  private ServerTrust(
      @Nullable String pin,
      @Nullable List<X509Certificate> trusted,
      @Nullable Path identityDirectory) {
    this.pin = pin;
    this.trusted = trusted;
    this.identityDirectory = identityDirectory;
  }

  /**
   * Exactly the certificate with this SHA-256 (hex, with colons or without), as the server prints
   * it.
   */
  public static ServerTrust pinned(String fingerprint) {
    return new ServerTrust(Certificates.parseFingerprint(fingerprint), null, null);
  }

  /** The certificates of this PEM file, and those issued by them. */
  public static ServerTrust certificates(Path pem) {
    return new ServerTrust(null, List.copyOf(Certificates.read(pem)), null);
  }

  /** The JDK's authorities, and on this machine this user's own server. */
  public static ServerTrust standard() {
    return new ServerTrust(null, null, ServerIdentity.defaultDirectory());
  }

  /** The judge of one connection. */
  X509ExtendedTrustManager judge(String server, InetAddress address) {
    X509Certificate local = address.isLoopbackAddress() ? localCertificate() : null;
    return new EngineTrustManager() {
      @Override
      public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
          throws CertificateException {
        X509Certificate leaf = chain[0];
        String shown = Certificates.fingerprint(leaf);
        String outOfTime = Certificates.outOfTime(leaf);
        if (outOfTime != null) {
          throw new Refusal(
              ("the certificate of " + server + " " + outOfTime + " (its fingerprint is " + shown)
                  + "); it has to be renewed there (a self-signed one is when the server restarts)",
              shown);
        }
        if (pin != null) {
          if (!pin.equals(shown)) {
            throw new Refusal(
                (server
                        + " shows a certificate with the fingerprint "
                        + shown
                        + ", not the pinned ")
                    + (pin + "; if the server has a new certificate, pin its fingerprint instead"),
                shown);
          }
          return;
        }
        if (leaf.equals(local)) {
          return;
        }
        try {
          // Made when it is needed: the JDK's authorities take a tenth of a second to load.
          Certificates.judge(trusted).checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
          Refusal refusal =
              new Refusal(
                  ("the certificate of " + server + " is not trusted (" + reason(e))
                      + ("); its fingerprint is " + shown + ": compare that with what the server ")
                      + "printed at its start, then pin it, or give the server's certificate file "
                      + "(its cert.pem) as trusted",
                  shown);
          refusal.initCause(e);
          throw refusal;
        }
      }

      @Override
      public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
      }
    };
  }

  private static String reason(CertificateException e) {
    String words = e.getMessage();
    return words == null || words.contains("PKIX")
        ? "no trusted authority issued it"
        : words.lines().findFirst().orElse("");
  }

  /** Null if there is none, or if others could have put it there. */
  private @Nullable X509Certificate localCertificate() {
    if (identityDirectory == null) {
      return null;
    }
    Path certificate = identityDirectory.resolve(ServerIdentity.CERTIFICATE_FILE);
    if (!Files.exists(certificate)
        || PrivateFiles.openToOthers(certificate, false)
        || PrivateFiles.openToOthers(identityDirectory, false)) {
      return null;
    }
    return Certificates.read(certificate).get(0);
  }
}
