package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerIdentityTest {

  @Test
  void makesAnIdentityThatOnlyItsOwnerCanRead(@TempDir Path home) throws Exception {
    Path directory = home.resolve("a/server");
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    assertThat(permissions(directory)).isEqualTo("rwx------");
    assertThat(permissions(directory.resolve("key.pem"))).isEqualTo("rw-------");
    assertThat(permissions(directory.resolve("cert.pem"))).isEqualTo("rw-------");
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("cert.pem", "key.pem", ".lock");
    }
    assertThat(identity.fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(identity.toString()).isEqualTo("ServerIdentity[" + identity.fingerprint() + "]");

    var certificate = identity.certificate();
    certificate.verify(certificate.getPublicKey());
    assertThat(
            ((ECPublicKey) certificate.getPublicKey())
                .getParams()
                .getCurve()
                .getField()
                .getFieldSize())
        .isEqualTo(256);
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .isEqualTo(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
    assertThat(
            Duration.between(
                Instant.now(), certificate.getNotAfter().toInstant().plus(Duration.ofHours(1))))
        .isBetween(Duration.ofDays(825), Duration.ofDays(826));
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
  }

  @Test
  void loadsWhatItMade(@TempDir Path directory) {
    ServerIdentity made = ServerIdentity.loadOrCreate(directory);
    assertThat(ServerIdentity.loadOrCreate(directory).fingerprint()).isEqualTo(made.fingerprint());
    assertThat(
            ServerIdentity.fromPem(directory.resolve("cert.pem"), directory.resolve("key.pem"))
                .fingerprint())
        .isEqualTo(made.fingerprint());
  }

  @Test
  void renewsAnExpiredCertificate(@TempDir Path directory) {
    Instant longAgo = Instant.now().minus(Duration.ofDays(900));
    ServerIdentity old = ServerIdentity.loadOrCreate(directory, longAgo);
    assertThatThrownBy(
            () ->
                ServerIdentity.fromPem(directory.resolve("cert.pem"), directory.resolve("key.pem")))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("cert.pem expired on " + old.certificate().getNotAfter().toInstant());
    ServerIdentity renewed = ServerIdentity.loadOrCreate(directory);
    assertThat(renewed.fingerprint()).isNotEqualTo(old.fingerprint());
    assertThat(Certificates.outOfTime(renewed.certificate())).isNull();
    assertThat(ServerIdentity.loadOrCreate(directory).fingerprint())
        .isEqualTo(renewed.fingerprint());
  }

  /** As after a crash between the two files. */
  @Test
  void completesAKeyWithoutACertificate(@TempDir Path directory) throws IOException {
    ServerIdentity.loadOrCreate(directory);
    byte[] key = Files.readAllBytes(directory.resolve("key.pem"));
    Files.delete(directory.resolve("cert.pem"));
    ServerIdentity.loadOrCreate(directory);
    assertThat(directory.resolve("key.pem")).hasBinaryContent(key);
  }

  @Test
  void startersAtTheSameTimeAgree(@TempDir Path directory) {
    List<CompletableFuture<String>> starters =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> ServerIdentity.loadOrCreate(directory).fingerprint()))
            .toList();
    assertThat(starters.stream().map(CompletableFuture::join).distinct()).hasSize(1);
  }

  @Test
  void refusesWhatItCantUse(@TempDir Path home) throws IOException {
    Path one = home.resolve("one");
    Path two = home.resolve("two");
    ServerIdentity.loadOrCreate(one);
    ServerIdentity.loadOrCreate(two);
    assertThatThrownBy(
            () -> ServerIdentity.fromPem(one.resolve("cert.pem"), two.resolve("key.pem")))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("is not the key of the certificate");
    assertThatThrownBy(() -> ServerIdentity.fromPem(one.resolve("key.pem"), one.resolve("key.pem")))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("certificate");
    assertThatThrownBy(
            () -> ServerIdentity.fromPem(one.resolve("cert.pem"), one.resolve("cert.pem")))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("no unencrypted PEM private key");
    assertThatThrownBy(() -> ServerIdentity.fromPem(home.resolve("none"), one.resolve("key.pem")))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("can't read the certificate file");
    assertThatThrownBy(() -> ServerIdentity.fromPem(one.resolve("cert.pem"), home.resolve("none")))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("can't read the private key");

    Path broken =
        Files.writeString(home.resolve("broken.pem"), "-----BEGIN PRIVATE KEY-----\nsecret\n");
    assertThatThrownBy(() -> ServerIdentity.fromPem(one.resolve("cert.pem"), broken))
        .isInstanceOf(TransportException.class)
        .satisfies(e -> assertThat(e.getMessage() + e.getCause()).doesNotContain("secret"));

    Files.delete(one.resolve("key.pem"));
    assertThatThrownBy(() -> ServerIdentity.loadOrCreate(one))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("without its key.pem");

    Files.setPosixFilePermissions(
        two.resolve("key.pem"), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> ServerIdentity.loadOrCreate(two))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("chmod 600");

    Path file = Files.writeString(home.resolve("file"), "");
    assertThatThrownBy(() -> ServerIdentity.loadOrCreate(file))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("is the directory yours and writable?");
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
