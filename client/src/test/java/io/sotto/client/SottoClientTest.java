package io.sotto.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.channel.ChannelException;
import io.sotto.channel.Traffic;
import io.sotto.converter.session.PlanTooLargeException;
import io.sotto.converter.session.SessionMemory;
import io.sotto.converter.session.StepReport;
import io.sotto.data.Tensor;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.transport.ListenerOptions;
import io.sotto.transport.ServerIdentity;
import io.sotto.transport.TransportException;
import io.sotto.transport.UntrustedServerException;
import io.sotto.transport.WireCounters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
@Timeout(120)
final class SottoClientTest {
  private final Path folder;
  private final List<SmallServer> servers = new ArrayList<>();

  SottoClientTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void stopServers() {
    servers.forEach(SmallServer::close);
  }

  @Test
  void knowsWhatIsServed() {
    try (SottoClient client = server().client().connect()) {
      assertThat(client.model().inputShape()).hasToString("2x2x1");
      assertThat(client.model().inputLimit()).isEqualTo(1);
      assertThat(client.model().outputShape()).hasToString("3");
      assertThat(client.model().maxBatch()).isEqualTo(2048);
    }
  }

  @Test
  void predictsInEveryShapeThatMeansTheSame() {
    float[] values = images(5);
    try (SottoClient client = server().client().connect()) {
      for (List<Integer> shape :
          List.of(List.of(5, 2, 2, 1), List.of(5, 2, 2), List.of(5, 4), List.of(5, 1, 2, 2))) {
        Prediction prediction = client.predict(new Tensor(shape, values));
        assertThat(prediction.outputs().shape()).containsExactly(5, 3);
        assertRight(prediction.outputs(), values);
      }
      float[][] rows = client.predict(new Tensor(List.of(5, 4), values).toRows());
      assertRight(Tensor.ofRows(rows), values);
    }
  }

  @Test
  void splitsLargeBatches() {
    float[] values = images(7);
    try (SottoClient client = server().client().batchLimit(3).connect()) {
      Prediction prediction = client.predict(new Tensor(List.of(7, 4), values));
      assertRight(prediction.outputs(), values);
      assertThat(prediction.steps())
          .extracting(StepReport::kind)
          .containsExactly("input", "linear", "truncate", "reveal");
      assertThat(uploaded(prediction))
          .isEqualTo(2 * uploaded(client.predict(some(3))) + uploaded(client.predict(some(1))));
    }
  }

  @Test
  void splitsBatchesThatWouldTakeTooMuchMemory() {
    SmallServer server = server();
    long limit;
    try (SottoClient client = server.client().connect()) {
      limit = SessionMemory.ofClient(client.model().plan(), 3);
    }
    try (SottoClient client = server.client().memoryLimit(limit).connect()) {
      assertThat(client.batchLimit()).isEqualTo(3);
      assertRight(client.predict(some(7)).outputs(), images(7));
    }
  }

  private static Tensor some(int rows) {
    return new Tensor(List.of(rows, 4), images(rows));
  }

  /** Bytes that the linear step sent. */
  private static long uploaded(Prediction prediction) {
    return prediction.steps().get(1).traffic().bytesSent();
  }

  @Test
  void sessionsShareALargeBatch() {
    float[] values = images(7);
    try (ParallelClient client = server().client().batchLimit(3).connectParallel(2)) {
      Prediction prediction = client.predict(new Tensor(List.of(7, 4), values));
      assertThat(prediction.outputs().shape()).containsExactly(7, 3);
      assertRight(prediction.outputs(), values);
      assertRight(client.predict(new Tensor(List.of(1, 4), images(1))).outputs(), images(1));
      assertThat(client.wire().streamBytesSent())
          .isGreaterThan(prediction.steps().get(1).traffic().bytesSent());
      assertThatThrownBy(() -> client.predict(new Tensor(List.of(2, 3), new float[6])))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> server().client().connectParallel(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 sessions asked for; give at least 1");
  }

  @Test
  void queuesAsynchronousPredictions() {
    try (SottoClient client = server().client().connect()) {
      List<CompletableFuture<Prediction>> futures = new ArrayList<>();
      List<float[]> batches = new ArrayList<>();
      for (int i = 1; i <= 4; i++) {
        batches.add(images(i));
        futures.add(client.predictAsync(new Tensor(List.of(i, 4), batches.get(i - 1))));
      }
      for (int i = 0; i < futures.size(); i++) {
        assertRight(futures.get(i).join().outputs(), batches.get(i));
      }
    }
  }

  @Test
  void mayBeUsedByWhatFollowsAPrediction() {
    float[] values = images(2);
    Tensor batch = new Tensor(List.of(2, 4), values);
    SottoClient client = server().client().connect();
    Prediction second =
        client
            .predictAsync(batch)
            .thenApply(first -> client.predict(batch))
            .whenComplete((prediction, failure) -> client.close())
            .join();
    assertRight(second.outputs(), values);
    client.close();
  }

  @Test
  void refusesOtherShapesAndStaysUsable() {
    try (SottoClient client = server().client().connect()) {
      assertRefused(
          client,
          List.of(5, 3, 2),
          "the input has shape 5x3x2, batch first; this model takes batches of images of shape"
              + " 2x2x1, also given as 2x2 or as 4 numbers in one axis");
      assertRefused(
          client,
          List.of(2, 2),
          "the input has shape 2x2, batch first; this model takes batches of images of shape 2x2x1,"
              + " also given as 2x2 or as 4 numbers in one axis; a single image needs the batch"
              + " axis, too: 1x2x2");
      assertRefused(client, List.of(0, 4), "the input is an empty batch; give at least one image");
      assertRefused(
          client,
          List.of(),
          "the input is a single number; this model takes batches of "
              + "images of shape 2x2x1, also given as 2x2 or as 4 numbers in one axis");
      float[] values = images(2);
      assertRight(client.predict(new Tensor(List.of(2, 4), values)).outputs(), values);
    }
  }

  @Test
  void refusesNumbersOutOfRangeAndStaysUsable() {
    try (SottoClient client = server().client().connect()) {
      for (float bad : new float[] {1.5f, -2, Float.NaN, Float.POSITIVE_INFINITY}) {
        float[] values = images(3);
        values[2 * 4 + 1] = bad;
        assertThatThrownBy(() -> client.predict(new Tensor(List.of(3, 4), values)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("image 2");
      }
      float[] values = images(2);
      assertRight(client.predict(new Tensor(List.of(2, 4), values)).outputs(), values);
    }
  }

  @Test
  void clipsNumbersOutOfRangeByChoiceAndCountsThem() {
    float[] given = images(3);
    float[] clipped = given.clone();
    given[1] = 1.5f;
    clipped[1] = 1;
    given[2 * 4 + 3] = Float.NEGATIVE_INFINITY;
    clipped[2 * 4 + 3] = -1;
    Tensor batch = new Tensor(List.of(3, 4), given);
    try (SottoClient client = server().client().clipInputs().connect()) {
      Prediction prediction = client.predict(batch);
      assertRight(prediction.outputs(), clipped);
      assertThat(prediction.clipped()).isEqualTo(2);
      given[0] = Float.NaN;
      assertThatThrownBy(() -> client.predict(batch))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("image 0 at element 0 is no number");
      assertThat(client.predict(new Tensor(List.of(3, 4), clipped)).clipped()).isZero();
    }
    given[0] = 0;
    clipped[0] = 0;
    try (ParallelClient client = server().client().clipInputs().batchLimit(1).connectParallel(2)) {
      Prediction prediction = client.predict(new Tensor(List.of(3, 4), given));
      assertRight(prediction.outputs(), clipped);
      assertThat(prediction.clipped()).isEqualTo(2);
    }
  }

  @Test
  void reportsAllThatCrossedTheConnection() {
    SottoClient client = server().client().connect();
    Prediction prediction;
    Traffic before;
    try (client) {
      prediction = client.predict(new Tensor(List.of(2, 4), images(2)));
      before = client.traffic();
    }
    Traffic rows =
        prediction.steps().stream()
            .map(StepReport::traffic)
            .reduce(client.setup().traffic(), Traffic::plus);
    assertThat(rows).isEqualTo(before);
    WireCounters wire = client.wire();
    assertThat(wire.streamBytesSent()).isEqualTo(client.traffic().bytesSent());
    assertThat(wire.streamBytesReceived()).isEqualTo(client.traffic().bytesReceived());
    assertThat(wire.socketBytesSent()).isGreaterThan(wire.streamBytesSent());
    assertThat(wire.socketBytesReceived()).isGreaterThan(wire.streamBytesReceived());
  }

  @Test
  void saysToConnectAgainOnceTheServerIsGone() {
    SmallServer server = server();
    try (SottoClient client = server.client().connect()) {
      Tensor batch = new Tensor(List.of(1, 4), images(1));
      client.predict(batch);
      server.close();
      assertThatThrownBy(() -> client.predict(batch)).isInstanceOf(ChannelException.class);
      assertThatThrownBy(() -> client.predict(batch))
          .isInstanceOf(SessionEndedException.class)
          .hasMessageContaining("has ended")
          .hasMessageEndingWith("connect again");
    }
  }

  @Test
  void closingEndsWhatRunsAndWhatWaits() throws InterruptedException {
    SmallServer server = new SmallServer(folder, true);
    servers.add(server);
    SottoClient client = server.client().connect();
    server.awaitStalled();
    CompletableFuture<Prediction> running =
        client.predictAsync(new Tensor(List.of(1, 4), images(1)));
    CompletableFuture<Prediction> waiting =
        client.predictAsync(new Tensor(List.of(1, 4), images(1)));
    client.close();
    assertThatThrownBy(running::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfAny(ChannelException.class, SessionEndedException.class);
    assertThatThrownBy(waiting::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(SessionEndedException.class);
    assertThatThrownBy(() -> client.predict(new float[][] {{0, 0, 0, 0}}))
        .isInstanceOf(SessionEndedException.class)
        .hasMessageContaining("this client was closed; connect again");
    client.close();
  }

  @Test
  void refusesAServerThatIsNotTheOneTrusted() {
    SmallServer server = server();
    SottoClient.Builder builder =
        SottoClient.builder("localhost", server.port()).trustFingerprint("ab".repeat(32));
    assertThatThrownBy(builder::connect).isInstanceOf(UntrustedServerException.class);
  }

  @Test
  void trustsTheCertificateOfAFile() {
    SmallServer server = server();
    try (SottoClient client =
        SottoClient.builder("localhost", server.port())
            .trustPem(folder.resolve("cert.pem"))
            .connect()) {
      assertRight(client.predict(new Tensor(List.of(1, 4), images(1))).outputs(), images(1));
    }
  }

  @Test
  void showsItsCertificateToAServerThatAsksForOne() {
    Path own = folder.resolve("client");
    Path other = folder.resolve("other");
    ServerIdentity.loadOrCreate(own);
    SmallServer server =
        server(ListenerOptions.defaults().requireClientCertificates(own.resolve("cert.pem")));
    try (SottoClient client = server.client().identity(own).connect()) {
      assertRight(client.predict(new Tensor(List.of(1, 4), images(1))).outputs(), images(1));
    }
    assertThatThrownBy(server.client()::connect)
        .isInstanceOfAny(TransportException.class, ChannelException.class);
    assertThatThrownBy(server.client().identity(other)::connect)
        .isInstanceOfAny(TransportException.class, ChannelException.class);
  }

  @Test
  void goesWithoutTlsOnlyWhenTold() {
    SmallServer server = server(ListenerOptions.defaults().insecureWithoutTls());
    SottoClient client = server.client().insecureWithoutTls().connect();
    try (client) {
      assertRight(client.predict(new Tensor(List.of(1, 4), images(1))).outputs(), images(1));
    }
    long greeting = client.wire().socketBytesSent() - client.wire().streamBytesSent();
    assertThat(greeting).isBetween(1L, 64L);
    assertThatThrownBy(server.client()::connect).isInstanceOf(TransportException.class);
  }

  @Test
  void refusesAModelThatTakesTooMuchMemory() {
    SottoClient.Builder builder = server().client().memoryLimit(1 << 10);
    assertThatThrownBy(builder::connect).isInstanceOf(PlanTooLargeException.class);
  }

  @Test
  void saysWhenNobodyAnswers() {
    int port = server().port();
    stopServers();
    servers.clear();
    assertThatThrownBy(() -> SottoClient.connect("localhost", port))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("no server answers at localhost:" + port);
  }

  @Test
  void refusesSettingsOutOfRange() {
    SottoClient.Builder builder = SottoClient.builder("localhost", 1);
    assertThatThrownBy(() -> builder.batchLimit(0)).hasMessageContaining("batch limit of 0");
    assertThatThrownBy(() -> builder.memoryLimit(0)).hasMessageContaining("memory limit of 0");
  }

  private SmallServer server() {
    return server(ListenerOptions.defaults());
  }

  private SmallServer server(ListenerOptions options) {
    SmallServer server = new SmallServer(folder, false, options);
    servers.add(server);
    return server;
  }

  private static void assertRefused(SottoClient client, List<Integer> shape, String message) {
    Tensor batch = new Tensor(shape, new float[shape.stream().reduce(1, Math::multiplyExact)]);
    assertThatThrownBy(() -> client.predict(batch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static float[] images(int count) {
    Random random = new Random(7);
    float[] values = new float[count * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(513) - 256) / 256f;
    }
    return values;
  }

  private static void assertRight(Tensor outputs, float[] images) {
    Tensor inputs = new Tensor(List.of(images.length / 4, 4), images);
    float unit = (float) Math.scalb(1.0, -SmallServer.OUTPUT_FRACTION);
    for (int image = 0; image < outputs.rows(); image++) {
      float[] expected = SmallServer.expected(inputs.row(image));
      for (int i = 0; i < expected.length; i++) {
        assertThat(outputs.row(image)[i])
            .as("output %d of image %d", i, image)
            .isCloseTo(expected[i], within(1.5f * unit));
      }
    }
  }
}
