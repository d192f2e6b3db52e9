package io.sotto.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate and its private key, by which a server (or, with mutual TLS, a client) is known.
 *
 * <p><b>Security.</b> The key never leaves this object but to TLS and, for a new identity, to a
 * file that only its owner may read; {@link #toString} shows the fingerprint.
 *
 * <p><b>Threading.</b> Immutable. {@link #loadOrCreate} may run in several processes at once.
 *
 * <p><b>Failure.</b> {@link TransportException} with one line for every file that can't be used.
 */
public final class ServerIdentity {

  static final String CERTIFICATE_FILE = "cert.pem";
  static final String KEY_FILE = "key.pem";

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private ServerIdentity(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  /** From a PEM file of the certificate (its issuers may follow) and one of its unencrypted key. */
  public static ServerIdentity fromPem(Path certificate, Path key) {
    ServerIdentity identity = read(certificate, key);
    String outOfTime = Certificates.outOfTime(identity.certificate());
    if (outOfTime != null) {
      throw new TransportException("the certificate in " + certificate + " " + outOfTime);
    }
    return identity;
  }

  /**
   * From {@code cert.pem} and {@code key.pem} in the directory. What isn't there is made: a key,
   * and a certificate signed with it for localhost; a self-signed certificate that has expired is
   * replaced.
   */
  public static ServerIdentity loadOrCreate(Path directory) {
    return loadOrCreate(directory, Instant.now());
  }

  static ServerIdentity loadOrCreate(Path directory, Instant now) {
    Path lock = directory.resolve(".lock");
    try {
      PrivateFiles.createDirectory(directory);
      // Threads of one JVM can't wait for each other's file locks, hence the monitor as well.
      synchronized (ServerIdentity.class) {
        try (FileChannel file =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = file.lock()) {
          if (!held.isValid()) {
            throw new IOException("can't lock " + lock);
          }
          return loadOrCreateLocked(directory, now);
        }
      }
    } catch (IOException e) {
      throw new TransportException(
          ("can't keep the server's certificate in " + directory + " (" + e.getMessage())
              + "); is the directory yours and writable?",
          e);
    }
  }

  /**
   * {@code server} in the directory named by the system property {@code sotto.home}, else by the
   * environment's {@code SOTTO_HOME}, else in {@code ~/.sotto}.
   */
  public static Path defaultDirectory() {
    String home = System.getProperty("sotto.home");
    if (home == null || home.isBlank()) {
      home = System.getenv("SOTTO_HOME");
    }
    Path base =
        home == null || home.isBlank()
            ? Path.of(System.getProperty("user.home"), ".sotto")
            : Path.of(home);
    return base.resolve("server");
  }

  /** SHA-256 of the certificate in hex with colons: what a client may pin. */
  public String fingerprint() {
    return Certificates.fingerprint(certificate());
  }

  public X509Certificate certificate() {
    return chain.get(0);
  }

  X509Certificate[] chain() {
    return chain.toArray(new X509Certificate[0]);
  }

  PrivateKey key() {
    return key;
  }

  @Override
  public String toString() {
    return "ServerIdentity[" + fingerprint() + "]";
  }

  private static ServerIdentity loadOrCreateLocked(Path directory, Instant now) throws IOException {
    Path certificate = directory.resolve(CERTIFICATE_FILE);
    Path key = directory.resolve(KEY_FILE);
    if (!Files.exists(key)) {
      if (Files.exists(certificate)) {
        throw new TransportException(
            certificate + " is there without its key.pem; bring the key back or remove it");
      }
      PrivateFiles.write(key, IdentityFiles.pem(IdentityFiles.newKey()));
    }
    if (PrivateFiles.openToOthers(key, true)) {
      throw new TransportException(
          "other users can read or write the private key " + key + "; chmod 600 it");
    }
    if (Files.exists(certificate)) {
      ServerIdentity identity = read(certificate, key);
      X509Certificate leaf = identity.certificate();
      if (leaf.getNotAfter().toInstant().isAfter(now)) {
        return identity;
      }
      if (!IdentityFiles.isSelfSigned(leaf)) {
        throw new TransportException(
            ("the certificate in " + certificate + " expired on " + leaf.getNotAfter().toInstant())
                + "; it wasn't made here, so replace it, or remove it and its key");
      }
    }
    // A new certificate for the key that is there: one file to replace, so never one without the
    // other.
    X509Certificate made = IdentityFiles.selfSigned(IdentityFiles.readKey(key), now);
    PrivateFiles.write(certificate, IdentityFiles.pem(made));
    return read(certificate, key);
  }

  private static ServerIdentity read(Path certificate, Path key) {
    List<X509Certificate> chain = Certificates.read(certificate);
    PrivateKey privateKey = IdentityFiles.readKey(key);
    if (!belongTogether(chain.get(0).getPublicKey(), privateKey)) {
      throw new TransportException(
          "the key in " + key + " is not the key of the certificate in " + certificate);
    }
    return new ServerIdentity(chain, privateKey);
  }

  private static boolean belongTogether(PublicKey publicKey, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    byte[] probe = "do these belong together?".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(probe);
      byte[] signature = signer.sign();
      signer.initVerify(publicKey);
      signer.update(probe);
      return signer.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
