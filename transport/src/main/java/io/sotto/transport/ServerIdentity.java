package io.sotto.transport;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

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

  /**
   * The longest that CA/Browser rules allowed for years; long enough to be forgotten, not for ever.
   */
  private static final Duration VALIDITY = Duration.ofDays(825);

  /** Clients whose clocks are behind must not take a new certificate for one of the future. */
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private static final X500Name NAME = new X500Name("CN=Sotto self-signed");

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
      PrivateFiles.write(key, pem(newKey()));
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
      if (!new X500Name(leaf.getSubjectX500Principal().getName()).equals(NAME)) {
        throw new TransportException(
            ("the certificate in " + certificate + " expired on " + leaf.getNotAfter().toInstant())
                + "; it wasn't made here, so replace it, or remove it and its key");
      }
    }
    // A new certificate for the key that is there: one file to replace, so never one without the
    // other.
    PrivateFiles.write(certificate, pem(selfSigned(readKey(key), now)));
    return read(certificate, key);
  }

  private static ServerIdentity read(Path certificate, Path key) {
    List<X509Certificate> chain = Certificates.read(certificate);
    PrivateKey privateKey = readKey(key);
    if (!belongTogether(chain.get(0).getPublicKey(), privateKey)) {
      throw new TransportException(
          "the key in " + key + " is not the key of the certificate in " + certificate);
    }
    return new ServerIdentity(chain, privateKey);
  }

  private static PrivateKey newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair().getPrivate();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK makes no P-256 keys", e);
    }
  }

  private static X509Certificate selfSigned(PrivateKey key, Instant now) {
    if (!(key instanceof ECPrivateKey ecKey)) {
      throw new TransportException(
          "the key without a certificate is not an elliptic curve key; remove it to have a new one");
    }
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              NAME,
              new BigInteger(120, new SecureRandom()).setBit(120),
              Date.from(now.minus(CLOCK_SKEW)),
              Date.from(now.plus(VALIDITY)),
              NAME,
              publicKey(ecKey));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.iPAddress, "::1")
              }));
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("can't sign a certificate", e);
    }
  }

  private static PublicKey publicKey(ECPrivateKey key) throws GeneralSecurityException {
    var curve = CustomNamedCurves.getByName("secp256r1");
    var point = new FixedPointCombMultiplier().multiply(curve.getG(), key.getS()).normalize();
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(
                new ECPoint(
                    point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger()),
                key.getParams()));
  }

  private static byte[] pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          object instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : object);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static PrivateKey readKey(Path file) {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
        PEMParser parser = new PEMParser(reader)) {
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
        if (object instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        }
        if (object instanceof PEMKeyPair pair) {
          return converter.getPrivateKey(pair.getPrivateKeyInfo());
        }
      }
    } catch (IOException | RuntimeException e) {
      // What the parser says may quote the file: not passed on.
      throw new TransportException(
          "can't read the private key " + file + "; an unencrypted PEM file is expected");
    }
    throw new TransportException(file + " holds no unencrypted PEM private key");
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
