package io.sotto.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sotto.data.IdxFile;
import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a user runs them: processes, files, TLS between them, and what goes wrong. */
@Timeout(180)
final class SottoIT {
  private static final Path SAMPLES = Launched.ROOT.resolve("samples");
  private static final Path MODEL = SAMPLES.resolve("models/mnist-cryptonets-relu/saved_model");
  private static final Path IMAGES = SAMPLES.resolve("data/t10k-images-idx3-ubyte.gz");
  private static final Path LABELS = SAMPLES.resolve("data/t10k-labels-idx1-ubyte.gz");
  private static final Path LOGITS = SAMPLES.resolve("fixtures/mnist-cryptonets-relu-logits.npy");
  private static final int COUNT = 16;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path shared;

  @SuppressWarnings("NullAway.Init")
  private static Launched server;

  private static int port;

  private final Path folder;

  SottoIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void startServer() throws IOException, InterruptedException {
    server = Launched.server(shared, MODEL);
    port = Launched.port(shared);
  }

  @AfterAll
  static void stopServer() throws IOException, InterruptedException {
    try (Launched running = server) {
      running.terminate();
      assertThat(running.code()).isEqualTo(143);
      assertThat(running.err()).doesNotContain("\tat ");
      assertThat(ProcessHandle.current().descendants()).isEmpty();
    }
  }

  @Test
  void predictsAndReportsWhatTheSocketsCarried() throws IOException, InterruptedException {
    Path output = folder.resolve("out.npy");
    Path json = folder.resolve("out.json");
    JsonNode figures;
    try (CountingProxy proxy = new CountingProxy(port);
        Launched client = predict(proxy.port(), IMAGES, output, "--json=" + json)) {
      client.await();
      assertThat(client.err()).isEmpty();
      assertThat(client.code()).isZero();
      proxy.awaitEnd();
      figures = new ObjectMapper().readTree(json.toFile());
      assertThat(figures.required("bytes_sent").asLong()).isEqualTo(proxy.toServer());
      assertThat(figures.required("bytes_received").asLong()).isEqualTo(proxy.toClient());
      assertThat(client.out())
          .contains("tls", "setup", "linear", "relu", "reveal", "total", "16 images in")
          .contains(String.format(java.util.Locale.ROOT, "%,d", proxy.toServer()));
    }
    assertRowsAddUp(figures);
    assertThat(figures.required("tls").asBoolean()).isTrue();

    Tensor outputs = NpyFile.read(output);
    assertThat(outputs.shape()).containsExactly(COUNT, 10);
    assertThat(outputs.argMax()).isEqualTo(Arrays.copyOf(IdxFile.readLabels(LABELS), COUNT));
    Tensor logits = NpyFile.read(LOGITS);
    for (int i = 0; i < outputs.values().length; i++) {
      assertThat(outputs.values()[i]).as("logit %d", i).isCloseTo(logits.values()[i], within(0.1f));
    }
  }

  @Test
  void predictsNpyFilesInSmallBatches() throws IOException, InterruptedException {
    Path input = folder.resolve("in.npy");
    Tensor images = IdxFile.readImages(IMAGES).slice(0, 5);
    NpyFile.write(input, new Tensor(List.of(5, 784), images.values()));
    Path output = folder.resolve("out.npy");
    try (Launched client =
        Launched.start(
            shared,
            "predict",
            "--server=localhost:" + port,
            "--input=" + input,
            "--output=" + output,
            "--batch=2")) {
      client.await();
      assertThat(client.err()).isEmpty();
      assertThat(client.code()).isZero();
    }
    assertThat(NpyFile.read(output).argMax()).containsExactly(7, 2, 1, 0, 4);
  }

  @Test
  void clipsInputsOnlyWhenTold() throws IOException, InterruptedException {
    Path input = folder.resolve("bright.npy");
    float[] values = IdxFile.readImages(IMAGES).slice(0, COUNT).values().clone();
    int outside = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] *= 2;
      outside += values[i] > 1 ? 1 : 0;
    }
    NpyFile.write(input, new Tensor(List.of(COUNT, 784), values));
    Path output = folder.resolve("out.npy");
    assertOneLine(predict(port, input, output), "not within -1.0..1.0");
    assertThat(output).doesNotExist();
    try (Launched client = predict(port, input, output, "--clip-inputs")) {
      client.await();
      assertThat(client.code()).as(client.err()).isZero();
      assertThat(client.out())
          .contains(
              String.format(Locale.ROOT, "warning: %,d of %,d numbers", outside, values.length));
    }
    assertThat(NpyFile.read(output).argMax()).startsWith(7, 2, 1, 0, 4);
  }

  @Test
  void predictsSeveralInputsAndOutputs() throws IOException, InterruptedException {
    Path zoo = SAMPLES.resolve("models/zoo/op-two-inputs");
    Path ranges = folder.resolve("ranges.json");
    Path model = zoo.resolve("saved_model");
    Path x = zoo.resolve("input-x.npy");
    Path z = zoo.resolve("input-z.npy");
    try (Launched calibrate =
        start(
            "calibrate", model.toString(), "--input=" + x, "--input=" + z, "--output=" + ranges)) {
      calibrate.await();
      assertThat(calibrate.code()).as(calibrate.err()).isZero();
    }
    Path joint = folder.resolve("joint.npy");
    Path sum = folder.resolve("sum.npy");
    try (Launched two = Launched.server(folder, model, "--ranges=" + ranges)) {
      String address = "--server=localhost:" + Launched.port(folder);
      try (Launched client =
          start(
              "predict",
              address,
              "--input=" + x,
              "--input=" + z,
              "--output=" + joint,
              "--output=" + sum)) {
        client.await();
        assertThat(client.err()).isEmpty();
        assertThat(client.code()).isZero();
        assertThat(client.out()).contains("8 images in", "joint.npy", "sum.npy");
      }
      assertOneLine(
          start("predict", address, "--input=" + x, "--output=" + joint, "--output=" + sum),
          "1 inputs given; this model takes 2");
      assertThat(two.terminate().code()).isEqualTo(143);
    }
    assertClose(joint, zoo.resolve("expected-joint.npy"));
    assertClose(sum, zoo.resolve("expected-sum.npy"));
  }

  private static void assertClose(Path output, Path expected) throws IOException {
    Tensor outputs = NpyFile.read(output);
    Tensor plaintext = NpyFile.read(expected);
    assertThat(outputs.shape()).isEqualTo(plaintext.shape());
    float largest = 0;
    for (float value : plaintext.values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < outputs.values().length; i++) {
      assertThat(outputs.values()[i])
          .as("%s, number %d", output, i)
          .isCloseTo(plaintext.values()[i], within(0.01f * largest));
    }
  }

  @Test
  void saysThatAModelIsNotThere() throws IOException, InterruptedException {
    assertOneLine(start("serve", "--port=0", "--model=" + folder.resolve("nowhere")), "nowhere");
  }

  @Test
  void listsWhatAModelHasThatIsNotSupported() throws IOException, InterruptedException {
    Path model = SAMPLES.resolve("models/tiny/unsupported/saved_model");
    try (Launched failed = start("serve", "--port=0", "--model=" + model)) {
      failed.await();
      assertThat(failed.code()).isEqualTo(1);
      assertThat(failed.err()).startsWith("sotto: ").contains("can't be imported");
      assertThat(failed.err()).doesNotContain("\tat ", "xception");
      assertThat(failed.out()).isEmpty();
    }
  }

  @Test
  void saysWhichShapeIsWanted() throws IOException, InterruptedException {
    Path input = folder.resolve("in.npy");
    NpyFile.write(input, new Tensor(List.of(COUNT, 27, 28), new float[COUNT * 27 * 28]));
    assertOneLine(predict(port, input, folder.resolve("out.npy")), "16x27x28", "28x28x1");
    assertThat(folder.resolve("out.npy")).doesNotExist();
  }

  @Test
  void saysThatNobodyAnswers() throws IOException, InterruptedException {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    assertOneLine(predict(unused, IMAGES, folder.resolve("out.npy")), "localhost:" + unused);
  }

  @Test
  void saysThatAnotherProgramHasThePort() throws IOException, InterruptedException {
    assertOneLine(start("serve", "--port=" + port, "--model=" + MODEL), ":" + port);
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole.npy");
    NpyFile.write(whole, new Tensor(List.of(COUNT, 784), new float[COUNT * 784]));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(bytes, bytes.length / 2));
    assertOneLine(predict(port, cut, folder.resolve("out.npy")), "cut.npy", "cut off");
    Path other = Files.writeString(folder.resolve("notes.txt"), "no images");
    assertOneLine(predict(port, other, folder.resolve("out.npy")), "notes.txt", "neither");
    Path absent = folder.resolve("absent.npy");
    assertOneLine(predict(port, absent, folder.resolve("out.npy")), "absent.npy", "no such file");
  }

  @Test
  void saysThatTheServerIsGoneInTheMiddleOfABatch() throws IOException, InterruptedException {
    Path output = folder.resolve("out.npy");
    try (Launched victim = Launched.server(folder, MODEL);
        // The uploads of a batch are some 8 MB; keys and base transfers are far below 2 MB.
        CountingProxy proxy = new CountingProxy(Launched.port(folder), 2 << 20, victim::kill);
        Launched client =
            start(
                "predict",
                "--server=localhost:" + proxy.port(),
                "--input=" + IMAGES,
                "--images=64",
                "--output=" + output)) {
      assertOneLine(client, "localhost:" + proxy.port());
      victim.await();
      assertThat(victim.code()).isEqualTo(137);
    }
    assertThat(output).doesNotExist();
  }

  @Test
  void quickstartShowsThatItIsRight() throws IOException, InterruptedException {
    Path json = folder.resolve("quickstart.json");
    try (Launched quickstart = start("quickstart", "--images=" + COUNT, "--json=" + json)) {
      quickstart.await();
      assertThat(quickstart.err()).isEmpty();
      assertThat(quickstart.code()).isZero();
      assertThat(quickstart.out()).contains("accuracy", "agreement", "images a second", "relu");
    }
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.required("images").asInt()).isEqualTo(COUNT);
    assertThat(figures.required("accuracy").asDouble()).isEqualTo(1);
    assertThat(figures.required("agreement").asDouble()).isEqualTo(1);
    assertThat(figures.required("max_logit_error").asDouble()).isBetween(0.0, 2.0);
    assertThat(figures.required("images_per_second").asDouble()).isPositive();
    assertRowsAddUp(figures);
  }

  @Test
  void benchTellsWhatItMeasured() throws IOException, InterruptedException {
    Path json = folder.resolve("bench.json");
    try (Launched bench =
        start(
            "bench",
            "mnist",
            "--batch=" + COUNT,
            "--batches=2",
            "--warmup=1",
            "--singles=1",
            "--json=" + json)) {
      bench.await();
      assertThat(bench.code()).as(bench.err()).isZero();
      assertThat(bench.err()).contains("warm-up 1 of 1");
      assertThat(bench.out()).contains("images a second", "single image", "peak memory", "relu");
    }
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    for (String key :
        List.of(
            "images_per_second",
            "latency_ms_single_image",
            "cpu_seconds_client",
            "cpu_seconds_server",
            "peak_rss_mb_client",
            "peak_rss_mb_server",
            "setup_seconds",
            "setup_bytes")) {
      assertThat(figures.required(key).asDouble()).as(key).isPositive();
    }
    assertThat(figures.required("accuracy").asDouble()).isBetween(0.9, 1.0);
    assertThat(figures.required("accuracy")).isEqualTo(figures.required("plaintext_accuracy"));
    assertThat(figures.required("agreement").asDouble()).isEqualTo(1);
    assertThat(figures.required("images_checked").asInt()).isEqualTo(2 * COUNT);
    assertThat(figures.required("batch_seconds").size()).isEqualTo(2);
    assertThat(figures.required("tls").asBoolean()).isTrue();
    assertThat(figures.required("machine").required("cores").asInt()).isPositive();
    JsonNode spread = figures.required("images_per_second_spread");
    assertThat(figures.required("images_per_second")).isEqualTo(spread.required("median"));
    assertThat(spread.required("median").asDouble())
        .isBetween(spread.required("min").asDouble(), spread.required("max").asDouble());
    // The layers' messages are what the socket carried, but for the frames of TLS.
    double messages = 0;
    for (JsonNode row : figures.required("layers")) {
      assertThat(row.required("seconds").asDouble()).isNotNegative();
      messages += row.required("bytes_sent").asLong() + row.required("bytes_received").asLong();
    }
    assertThat(figures.required("bytes_per_image").asDouble() * COUNT)
        .isBetween(messages, 1.05 * messages);
  }

  @Test
  void quickstartLeavesNothingRunningWhenItIsStopped() throws IOException, InterruptedException {
    try (Launched quickstart = start("quickstart")) {
      List<ProcessHandle> children = List.of();
      while (children.isEmpty()) {
        assertThat(quickstart.handle().isAlive()).isTrue();
        Thread.sleep(5);
        children = quickstart.handle().descendants().toList();
      }
      quickstart.terminate();
      assertThat(quickstart.code()).isEqualTo(143);
      assertThat(quickstart.err()).isIn("", "sotto: stopped\n");
      for (ProcessHandle child : children) {
        assertThat(child.onExit().completeOnTimeout(child, 10, TimeUnit.SECONDS).join().isAlive())
            .isFalse();
      }
    }
  }

  @Test
  void quickstartLeavesNothingRunningWhenItIsKilled() throws IOException, InterruptedException {
    try (Launched quickstart = start("quickstart")) {
      while (!quickstart.out().contains("Predicting")) { // The server accepts.
        assertThat(quickstart.handle().isAlive()).as(quickstart.err()).isTrue();
        Thread.sleep(10);
      }
      List<ProcessHandle> children = quickstart.handle().descendants().toList();
      assertThat(children).isNotEmpty();
      quickstart.kill();
      quickstart.await();
      assertThat(quickstart.code()).isEqualTo(137);
      for (ProcessHandle child : children) {
        assertThat(child.onExit().completeOnTimeout(child, 60, TimeUnit.SECONDS).join().isAlive())
            .isFalse();
      }
    }
  }

  private Launched start(String... arguments) throws IOException {
    return Launched.start(folder, arguments);
  }

  /** With the home of the shared server, whose certificate it trusts therefore. */
  private static Launched predict(int serverPort, Path input, Path output, String... more)
      throws IOException {
    String[] arguments =
        Arrays.copyOf(
            new String[] {
              "predict",
              "--server=localhost:" + serverPort,
              "--input=" + input,
              "--output=" + output,
              "--images=" + COUNT
            },
            5 + more.length);
    System.arraycopy(more, 0, arguments, 5, more.length);
    return Launched.start(shared, arguments);
  }

  private static void assertOneLine(Launched failed, String... parts)
      throws IOException, InterruptedException {
    try (failed) {
      failed.await();
      assertThat(failed.err().lines())
          .singleElement()
          .asString()
          .startsWith("sotto: ")
          .contains(parts)
          .doesNotContain("Exception");
      assertThat(failed.out()).isEmpty();
      assertThat(failed.code()).isEqualTo(1);
    }
  }

  private static void assertRowsAddUp(JsonNode figures) {
    long sent = 0;
    long received = 0;
    int rows = 0;
    for (Iterator<JsonNode> i = figures.required("layers").elements(); i.hasNext(); rows++) {
      JsonNode row = i.next();
      sent += row.required("bytes_sent").asLong();
      received += row.required("bytes_received").asLong();
      assertThat(row.required("bytes_sent").asLong()).isNotNegative();
      assertThat(row.required("bytes_received").asLong()).isNotNegative();
      assertThat(row.required("seconds").asDouble()).isNotNegative();
      assertThat(row.required("rounds").asLong()).isNotNegative();
    }
    // tls, setup, input, three linear steps with two ReLUs between them, truncate, reveal, end
    assertThat(rows).isEqualTo(11);
    assertThat(figures.required("bytes_sent").asLong()).isEqualTo(sent);
    assertThat(figures.required("bytes_received").asLong()).isEqualTo(received);
  }
}
