package io.sotto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.channel.AbortReason;
import io.sotto.channel.ChannelException;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.Traffic;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.session.StepReport;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.MessageKinds;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.tfimport.SavedModelReader;
import io.sotto.tfimport.refusal.ModelImportException;
import io.sotto.tfimport.refusal.UnsupportedModelException;
import io.sotto.transport.ConnectorOptions;
import io.sotto.transport.NettyChannel;
import io.sotto.transport.ServerRefusedException;
import io.sotto.transport.ServerTrust;
import io.sotto.transport.SottoConnector;
import io.sotto.transport.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
@Timeout(120)
class SottoServerTest {
  private static final Path MODELS = Path.of("..", "samples", "models", "tiny");
  private static final long MEMORY = 1L << 30;

  private final Path folder;

  SottoServerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private ServerConfig.Builder config(String model) {
    return ServerConfig.builder()
        .model(MODELS.resolve(model).resolve("saved_model"))
        .set(ServerSettings.INPUT_LIMIT, 2.0)
        .identity(folder.resolve("identity"))
        .port(0);
  }

  private SottoServer start(String model) {
    return SottoServer.builder(config(model).build()).start();
  }

  private static NettyChannel connect(SottoServer server) {
    return SottoConnector.connect(
        "127.0.0.1",
        server.port(),
        ServerTrust.pinned(server.fingerprint().orElseThrow()),
        ConnectorOptions.defaults());
  }

  private static ClientSession session(SottoServer server) {
    return ClientSession.open(connect(server), new SecureRandom(), MEMORY);
  }

  private static float[] images(ClientSession session, int count) {
    Random random = new Random(1);
    float[] images = new float[count * session.plan().input().shape().elements()];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextFloat() * 4 - 2;
    }
    return images;
  }

  /** A thread says that it has ended shortly before it has. */
  private static void awaitNoThreads() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      String name = thread.getName();
      if (name.startsWith("sotto-session") || name.startsWith("sotto-listener")) {
        thread.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(thread.isAlive()).as(name).isFalse();
      }
    }
  }

  private static void awaitNoSessions(SottoServer server) throws InterruptedException {
    while (server.sessions() > 0) {
      Thread.sleep(5);
    }
  }

  /** One batch through a fresh session, compared with the floats. */
  private static void requireServing(SottoServer server, String model) {
    Graph graph = SavedModelReader.read(MODELS.resolve(model).resolve("saved_model"));
    try (ClientSession session = session(server)) {
      int count = 3;
      float[] images = images(session, count);
      float[] expected = new GraphInterpreter(graph).run(images);
      FixedTensor outputs = session.predict(session.plan().input().quantize(images)).outputs();
      int size = outputs.format().elements();
      for (int image = 0; image < count; image++) {
        for (int i = 0; i < size; i++) {
          assertThat(outputs.real(i, image)).isCloseTo(expected[image * size + i], within(0.05));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp-keras", "conv-same", "linear-linear"})
  void predictsOverTlsWhatTheModelSays(String model) {
    try (SottoServer server = start(model)) {
      requireServing(server, model);
    }
  }

  @Test
  void servesSeveralBatchesASessionAsTheTwinSaysAndAtTheDeclaredCost() {
    ServerConfig config = config("mlp-keras").build();
    try (SottoServer server = SottoServer.builder(config).start();
        LoadedModel same = LoadedModel.load(config);
        ClientSession session = session(server)) {
      assertThat(session.plan()).isEqualTo(same.compiled().plan().plan());
      for (int count : List.of(1, 7, 2)) {
        FixedTensor batch = session.plan().input().quantize(images(session, count));
        List<FixedTensor> twin = same.compiled().plan().runTwin(batch);
        ClientSession.Prediction prediction = session.predict(batch);

        long[] expected = twin.get(twin.size() - 1).values();
        for (int i = 0; i < expected.length; i++) {
          assertThat(prediction.outputs().values()[i]).isBetween(expected[i] - 2, expected[i] + 2);
        }
        List<StepReport> steps = prediction.steps();
        for (int i = 0; i < session.plan().steps().size(); i++) {
          Traffic declared =
              session.plan().steps().get(i).spec().clientTraffic(count, session.plan().trees());
          Traffic measured = steps.get(i + 1).traffic();
          assertThat(measured.bytesSent()).isEqualTo(declared.bytesSent());
          assertThat(measured.bytesReceived()).isEqualTo(declared.bytesReceived());
        }
      }
    }
  }

  @Test
  void servesWithoutTlsOnlyWhenTold() {
    ServerConfig config =
        ServerConfig.builder()
            .model(MODELS.resolve("mlp-keras").resolve("saved_model"))
            .port(0)
            .set(ServerSettings.INSECURE_NO_TLS, true)
            .build();
    try (SottoServer server = SottoServer.builder(config).start();
        ClientSession session =
            ClientSession.open(
                SottoConnector.connect(
                    "127.0.0.1",
                    server.port(),
                    ServerTrust.standard(),
                    ConnectorOptions.defaults().insecureWithoutTls()),
                new SecureRandom(),
                MEMORY)) {
      assertThat(session.plan()).isEqualTo(server.plan());
      assertThat(server.fingerprint()).isEmpty();
      assertThat(server.readyLine()).contains("INSECURE");
    }
  }

  @Test
  void tellsInOneLineWhatItServesAndWhere() {
    try (SottoServer server = start("mlp-keras")) {
      assertThat(server.readyLine())
          .contains(
              "mlp-keras",
              "6 -> 4",
              "127.0.0.1:" + server.port(),
              server.fingerprint().orElseThrow())
          .doesNotContain("\n");
      assertThat(server.warnings()).anySatisfy(w -> assertThat(w).contains("sotto calibrate"));
      assertThat(server.warnings())
          .anySatisfy(
              w -> assertThat(w).matches("on 16 random inputs the largest error is 0\\..* %.*"));
    }
  }

  @Test
  void aClientThatVanishesMidBatchLeavesTheServerServing() throws InterruptedException {
    try (SottoServer server = start("mlp-keras")) {
      NettyChannel channel = connect(server);
      ClientSession session = ClientSession.open(channel, new SecureRandom(), MEMORY);
      channel.send(
          MessageKinds.BATCH, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 2));
      channel.flush();
      channel.close();
      session.close();
      awaitNoSessions(server);

      requireServing(server, "mlp-keras");
    }
  }

  @Test
  void garbageEndsItsOwnSessionOnly() throws InterruptedException {
    try (SottoServer server = start("mlp-keras")) {
      try (NettyChannel channel = connect(server)) {
        channel.receive(MessageKinds.PLAN, 1 << 20);
        channel.send(MessageKinds.PUBLIC_KEY, ByteBuffer.allocate(17));
        channel.flush();
        assertThatThrownBy(() -> channel.receive(MessageKinds.PLAN, 1))
            .isInstanceOf(PeerAbortException.class)
            .extracting(e -> ((PeerAbortException) e).reason())
            .isEqualTo(AbortReason.PROTOCOL_VIOLATION);
      }
      try (NettyChannel channel = connect(server);
          ClientSession session = ClientSession.open(channel, new SecureRandom(), MEMORY)) {
        channel.send(
            MessageKinds.BATCH,
            ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, -1));
        channel.flush();
        assertThatThrownBy(() -> channel.receive(MessageKinds.REVEAL, 1))
            .isInstanceOf(PeerAbortException.class);
        assertThat(session.plan()).isEqualTo(server.plan());
      }
      awaitNoSessions(server);

      requireServing(server, "mlp-keras");
    }
  }

  @Test
  void oneClientMoreThanAllowedIsToldThatTheServerIsBusy() {
    try (SottoServer server =
            SottoServer.builder(config("mlp-keras").set(ServerSettings.MAX_SESSIONS, 1).build())
                .start();
        ClientSession session = session(server)) {
      assertThatThrownBy(() -> connect(server))
          .isInstanceOf(ServerRefusedException.class)
          .extracting(e -> ((ServerRefusedException) e).reason())
          .isEqualTo(AbortReason.BUSY);
      assertThat(session.plan()).isEqualTo(server.plan());
    }
  }

  @Test
  void closingEndsSessionsAndLeavesNoThreads() throws InterruptedException {
    SottoServer server = start("mlp-keras");
    try (NettyChannel channel = connect(server);
        ClientSession session = ClientSession.open(channel, new SecureRandom(), MEMORY)) {
      server.close();
      server.close();
      server.awaitClosed();

      assertThatThrownBy(() -> session.predict(session.plan().input().quantize(images(session, 1))))
          .isInstanceOf(ChannelException.class);
    }
    awaitNoThreads();
    assertThatThrownBy(() -> connect(server)).isInstanceOf(TransportException.class);
  }

  @Test
  void aPortInUseIsOneClearLineAndNothingStaysBehind() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ServerConfig config = config("mlp-keras").port(taken.getLocalPort()).build();
      assertThatThrownBy(() -> SottoServer.builder(config).start())
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " is already in use")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void modelsThatCannotBeServedAreRefused() throws IOException {
    assertThatThrownBy(() -> start("none"))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> start("unsupported"))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("Sigmoid")
        .hasMessageContaining("Tanh");
    Path stale = Files.writeString(folder.resolve("stale.json"), "{}");
    assertThatThrownBy(
            () ->
                SottoServer.builder(config("mlp-keras").set(ServerSettings.RANGES, stale).build())
                    .start())
        .hasMessageContaining("stale.json");
    assertThatThrownBy(
            () ->
                SottoServer.builder(
                        config("mlp-keras")
                            .set(ServerSettings.RANGES, folder.resolve("no.json"))
                            .build())
                    .start())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no.json");
  }

  @Test
  void aCertificateThatCannotBeReadIsNamed() {
    ServerConfig config =
        ServerConfig.builder()
            .model(MODELS.resolve("mlp-keras").resolve("saved_model"))
            .port(0)
            .set(ServerSettings.CERTIFICATE, folder.resolve("cert.pem"))
            .set(ServerSettings.PRIVATE_KEY, folder.resolve("key.pem"))
            .build();
    assertThatThrownBy(() -> SottoServer.builder(config).start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("cert.pem");
  }
}
