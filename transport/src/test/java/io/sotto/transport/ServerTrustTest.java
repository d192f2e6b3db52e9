package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.Channel;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLeft.class)
@Timeout(120)
class ServerTrustTest {
  private static final String HOME = "sotto.home";

  @BeforeEach
  void homeIsNotTheDevelopers(@TempDir Path home) {
    System.setProperty(HOME, home.toString());
  }

  @AfterEach
  void homeAgain() {
    System.clearProperty(HOME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void aUsersOwnServerNeedsNoOption(String host) {
    try (Loopback loopback = Loopback.open(ServerIdentity.defaultDirectory())) {
      works(loopback, host, ServerTrust.standard());
    }
  }

  @Test
  void thePinnedCertificateIsAccepted(@TempDir Path directory) {
    try (Loopback loopback = Loopback.open(directory)) {
      String pin = ServerIdentity.loadOrCreate(directory).fingerprint();
      works(loopback, "127.0.0.1", ServerTrust.pinned(pin));
      works(
          loopback,
          "127.0.0.1",
          ServerTrust.pinned(" " + pin.toLowerCase(Locale.ROOT).replace(":", "") + "\n"));
      works(loopback, "127.0.0.2", ServerTrust.pinned(pin)); // no name of the certificate
    }
  }

  @Test
  void anotherPinIsRefusedEvenAtTheUsersOwnServer(@TempDir Path other) {
    Path directory = ServerIdentity.defaultDirectory();
    try (Loopback loopback = Loopback.open(directory)) {
      String pin = ServerIdentity.loadOrCreate(other).fingerprint();
      String shown = ServerIdentity.loadOrCreate(directory).fingerprint();
      assertThatThrownBy(() -> connect(loopback, "127.0.0.1", ServerTrust.pinned(pin)))
          .isInstanceOfSatisfying(
              UntrustedServerException.class, e -> assertThat(e.fingerprint()).isEqualTo(shown))
          .hasMessageContaining("fingerprint " + shown + ", not the pinned " + pin)
          .hasMessageNotContaining("\n");
      assertThat(loopback.refusal()).contains("the TLS handshake failed");
    }
  }

  @Test
  void certificatesAreAcceptedForTheirHostOnly(@TempDir Path directory, @TempDir Path other) {
    try (Loopback loopback = Loopback.open(directory)) {
      ServerTrust trust = ServerTrust.certificates(directory.resolve("cert.pem"));
      works(loopback, "127.0.0.1", trust);
      works(loopback, "localhost", trust);
      assertThatThrownBy(() -> connect(loopback, "127.0.0.2", trust))
          .isInstanceOf(UntrustedServerException.class)
          .hasMessageContaining("127.0.0.2");
      ServerIdentity.loadOrCreate(other);
      assertThatThrownBy(
              () ->
                  connect(
                      loopback, "127.0.0.1", ServerTrust.certificates(other.resolve("cert.pem"))))
          .isInstanceOf(UntrustedServerException.class)
          .hasMessageContaining("no trusted authority issued it");
    }
  }

  @Test
  void anUnknownCertificateIsRefusedWithItsFingerprint(@TempDir Path directory) throws Exception {
    try (Loopback loopback = Loopback.open(directory)) {
      String shown = ServerIdentity.loadOrCreate(directory).fingerprint();
      assertThatThrownBy(() -> connect(loopback, "127.0.0.1", ServerTrust.standard()))
          .isInstanceOf(UntrustedServerException.class)
          .hasMessageContaining("its fingerprint is " + shown)
          .hasMessageContaining("cert.pem")
          .hasMessageNotContaining("\n");

      // The user has a server, but it isn't this one.
      Path own = ServerIdentity.defaultDirectory();
      ServerIdentity.loadOrCreate(own);
      assertThatThrownBy(() -> connect(loopback, "127.0.0.1", ServerTrust.standard()))
          .isInstanceOf(UntrustedServerException.class);

      // This one's certificate is there, but anybody could have put it there.
      Files.copy(
          directory.resolve("cert.pem"),
          own.resolve("cert.pem"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(
          own.resolve("cert.pem"), PosixFilePermissions.fromString("rw-rw-rw-"));
      assertThatThrownBy(() -> connect(loopback, "127.0.0.1", ServerTrust.standard()))
          .isInstanceOf(UntrustedServerException.class);
      Files.setPosixFilePermissions(
          own.resolve("cert.pem"), PosixFilePermissions.fromString("rw-r--r--"));
      works(loopback, "127.0.0.1", ServerTrust.standard());
    }
  }

  @Test
  void anExpiredCertificateIsRefusedHoweverTrusted(@TempDir Path home) throws Exception {
    Path directory = ServerIdentity.defaultDirectory();
    ServerIdentity expired =
        ServerIdentity.loadOrCreate(directory, Instant.now().minus(Duration.ofDays(900)));
    assertThat(Certificates.outOfTime(expired.certificate())).startsWith("expired on ");
    try (Loopback loopback = Loopback.open(expired, options())) {
      for (ServerTrust trust :
          new ServerTrust[] {
            ServerTrust.standard(),
            ServerTrust.pinned(expired.fingerprint()),
            ServerTrust.certificates(directory.resolve("cert.pem"))
          }) {
        assertThatThrownBy(() -> connect(loopback, "127.0.0.1", trust))
            .isInstanceOf(UntrustedServerException.class)
            .hasMessageContaining("expired on " + expired.certificate().getNotAfter().toInstant());
      }
    }
    ServerIdentity early =
        ServerIdentity.loadOrCreate(home.resolve("early"), Instant.now().plus(Duration.ofDays(2)));
    try (Loopback loopback = Loopback.open(early, options())) {
      assertThatThrownBy(
              () -> connect(loopback, "127.0.0.1", ServerTrust.pinned(early.fingerprint())))
          .isInstanceOf(UntrustedServerException.class)
          .hasMessageContaining("is not valid before");
    }
  }

  @Test
  void mutualTlsLetsInWhomTheServerTrusts(@TempDir Path home) {
    ServerIdentity server = ServerIdentity.loadOrCreate(home.resolve("server"));
    ServerIdentity friend = ServerIdentity.loadOrCreate(home.resolve("friend"));
    ServerIdentity stranger = ServerIdentity.loadOrCreate(home.resolve("stranger"));
    ListenerOptions options =
        options().requireClientCertificates(home.resolve("friend").resolve("cert.pem"));
    try (Loopback loopback = Loopback.open(server, options)) {
      ConnectorOptions plain = ConnectorOptions.defaults();
      try (NettyChannel client = loopback.connect(plain.withClientIdentity(friend))) {
        Loopback.Accepted accepted = loopback.acceptedWithPeer();
        assertThat(accepted.peer().certificateFingerprint()).isEqualTo(friend.fingerprint());
        assertThat(accepted.peer().certificateSubject()).isEqualTo("CN=Sotto self-signed");
        pingPong(client, accepted.channel());
        accepted.channel().close();
      }
      assertThatThrownBy(() -> loopback.connect(plain))
          .isInstanceOf(TransportException.class)
          .hasMessageEndingWith(
              "asks for a client certificate that it trusts, and this client has none");
      assertThat(loopback.refusal()).contains("the TLS handshake failed");
      assertThatThrownBy(() -> loopback.connect(plain.withClientIdentity(stranger)))
          .isInstanceOf(TransportException.class)
          .hasMessageEndingWith(
              "asks for a client certificate that it trusts, and doesn't trust this client's");
      assertThat(loopback.refusal()).contains("the TLS handshake failed");
    }
  }

  @Test
  void mutualTlsRefusesAnExpiredCertificateThatItTrusts(@TempDir Path home) {
    ServerIdentity server = ServerIdentity.loadOrCreate(home.resolve("server"));
    ServerIdentity old =
        ServerIdentity.loadOrCreate(home.resolve("old"), Instant.now().minus(Duration.ofDays(900)));
    ListenerOptions options =
        options().requireClientCertificates(home.resolve("old").resolve("cert.pem"));
    try (Loopback loopback = Loopback.open(server, options)) {
      assertThatThrownBy(
              () -> loopback.connect(ConnectorOptions.defaults().withClientIdentity(old)))
          .isInstanceOf(TransportException.class);
      assertThat(loopback.refusal()).contains("the client's certificate expired on");
    }
  }

  @Test
  void saysWhatIsNotAFingerprintOrAFileOfCertificates(@TempDir Path directory) throws Exception {
    for (String text : new String[] {"", "AB:CD", "G".repeat(64), "A".repeat(65)}) {
      assertThatThrownBy(() -> ServerTrust.pinned(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("64 digits");
    }
    Path empty = Files.writeString(directory.resolve("empty"), "");
    assertThatThrownBy(() -> ServerTrust.certificates(empty))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("holds no certificate");
    Path garbage = Files.writeString(directory.resolve("garbage"), "not a certificate");
    assertThatThrownBy(() -> ServerTrust.certificates(garbage))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("garbage");
    assertThatThrownBy(() -> ServerTrust.certificates(directory.resolve("none")))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("can't read");
  }

  private static ListenerOptions options() {
    return ListenerOptions.defaults().withLimits(Loopback.LIMITS);
  }

  private static NettyChannel connect(Loopback loopback, String host, ServerTrust trust) {
    return SottoConnector.connect(
        host, loopback.port(), trust, ConnectorOptions.defaults().withLimits(Loopback.LIMITS));
  }

  private static void works(Loopback loopback, String host, ServerTrust trust) {
    try (NettyChannel client = connect(loopback, host, trust);
        NettyChannel server = loopback.accepted()) {
      pingPong(client, server);
    }
  }

  private static void pingPong(Channel client, Channel server) {
    client.send(Loopback.DATA, ByteBuffer.wrap(new byte[] {1}));
    client.flush();
    server.receive(Loopback.DATA, 1);
    server.send(Loopback.DATA, ByteBuffer.wrap(new byte[] {2}));
    server.flush();
    assertThat(client.receive(Loopback.DATA, 1).get(0)).isEqualTo((byte) 2);
  }
}
