package io.sotto.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Reading, naming and judging X.509 certificates. */
final class Certificates {
  private Certificates() {}

  /** All certificates of a PEM file, in its order; at least one. */
  static List<X509Certificate> read(Path pem) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(pem);
    } catch (IOException e) {
      throw new TransportException("can't read the certificate file " + pem, e);
    }
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes))
          .forEach(certificate -> certificates.add((X509Certificate) certificate));
    } catch (CertificateException e) {
      throw new TransportException(pem + " is not a PEM file of certificates", e);
    }
    if (certificates.isEmpty()) {
      throw new TransportException(pem + " holds no certificate; a PEM file is expected");
    }
    return certificates;
  }

  /** SHA-256 of the whole certificate, as upper case hex with colons. */
  static String fingerprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was decoded can't be encoded", e);
    }
  }

  /** The same form from what a user types: any case, with or without colons. */
  static String parseFingerprint(String text) {
    String digits = text.strip().replace(":", "").toUpperCase(Locale.ROOT);
    if (!digits.matches("[0-9A-F]{64}")) {
      throw new IllegalArgumentException(
          ("the fingerprint '" + text + "' is not a SHA-256 in hex: 64 digits, ")
              + "with colons between pairs or without");
    }
    return HexFormat.ofDelimiter(":").withUpperCase().formatHex(HexFormat.of().parseHex(digits));
  }

  /**
   * Why a certificate is out of its time, or null. The JDK doesn't ask this of one that is trusted
   * itself.
   */
  static @Nullable String outOfTime(X509Certificate certificate) {
    Instant now = Instant.now();
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      return "expired on " + certificate.getNotAfter().toInstant();
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return "is not valid before " + certificate.getNotBefore().toInstant();
    }
    return null;
  }

  /**
   * The JDK's judge of chains, for these certificates or, without any, for the authorities it
   * knows.
   */
  static X509ExtendedTrustManager judge(@Nullable List<X509Certificate> trusted) {
    try {
      KeyStore store = null;
      if (trusted != null) {
        store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < trusted.size(); i++) {
          store.setCertificateEntry("trusted-" + i, trusted.get(i));
        }
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager judge) {
          return judge;
        }
      }
      throw new IllegalStateException("the JDK's PKIX trust manager can't check host names");
    } catch (GeneralSecurityException | IOException e) {
      throw new TransportException("can't set up the trusted certificates", e);
    }
  }
}
