package io.sotto.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sotto.client.ParallelClient;
import io.sotto.client.Prediction;
import io.sotto.client.SottoClient;
import io.sotto.client.Tensor;
import io.sotto.client.cli.LayerRow;
import io.sotto.client.data.IdxFile;
import io.sotto.client.data.NpyFile;
import io.sotto.transport.WireCounters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The client process of {@link MnistBench}: one session, all batches. A line on stdout says how far
 * it is.
 */
@Command(
    name = "mnist-client",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "The client process of the benchmark mnist.")
public final class MnistBenchClient implements Callable<Integer> {
  @Option(names = "--port", required = true)
  private int port;

  @Option(names = "--server-pid", required = true)
  private long serverPid;

  @Option(names = "--insecure-no-tls")
  private boolean insecureNoTls;

  @Option(names = "--input", required = true)
  private @Nullable Path input;

  @Option(names = "--batch", required = true)
  private int batch;

  @Option(names = "--sessions", required = true)
  private int sessions;

  @Option(names = "--batches", required = true)
  private int batches;

  @Option(names = "--warmup", required = true)
  private int warmup;

  @Option(names = "--singles", required = true)
  private int singles;

  @Option(names = "--output", required = true)
  private @Nullable Path output;

  @Option(names = "--json", required = true)
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (input == null || output == null || json == null) {
      throw new IllegalStateException("picocli left a required value out");
    }
    ProcessHandle server =
        ProcessHandle.of(serverPid)
            .orElseThrow(() -> new IllegalArgumentException("no process " + serverPid));
    Tensor images = IdxFile.readImages(input);

    SottoClient.Builder builder = SottoClient.builder("localhost", port);
    if (insecureNoTls) {
      builder.insecureWithoutTls();
    }
    long start = System.nanoTime();
    try (ParallelClient client = builder.connectParallel(sessions)) {
      double connectAndSetup = (System.nanoTime() - start) / 1e9;
      double setup = client.setup().nanos() / 1e9;
      WireCounters afterSetup = client.wire();
      say("session set up in %.3f s".formatted(connectAndSetup));

      for (int i = 0; i < warmup; i++) {
        Prediction prediction = client.predict(take(images, i * (long) batch, batch));
        say("warm-up %d of %d: %s".formatted(i + 1, warmup, describe(prediction)));
      }
      Tensor outputs = null;
      List<ClientRun.Batch> measured = new ArrayList<>();
      ProcessUsage clientBefore = ProcessUsage.of(ProcessHandle.current());
      ProcessUsage serverBefore = ProcessUsage.of(server);
      WireCounters before = client.wire();
      for (int i = 0; i < batches; i++) {
        Prediction prediction = client.predict(take(images, i * (long) batch, batch));
        measured.add(
            new ClientRun.Batch(
                prediction.nanos() / 1e9, LayerRow.of(client.model(), prediction.steps())));
        if (outputs == null) {
          int width = prediction.outputs().rowElements();
          int rows = (int) Math.min(images.rows(), (long) batch * batches);
          outputs = new Tensor(List.of(rows, width), new float[Math.multiplyExact(rows, width)]);
        }
        place(prediction.outputs(), i * (long) batch, outputs);
        say("batch %d of %d: %s".formatted(i + 1, batches, describe(prediction)));
      }
      ProcessUsage clientAfter = ProcessUsage.of(ProcessHandle.current());
      ProcessUsage serverAfter = ProcessUsage.of(server);
      WireCounters after = client.wire();

      List<Double> singleSeconds = new ArrayList<>();
      for (int i = -1; i < singles; i++) { // the first one warms up
        double seconds = client.predict(take(images, i + 1, 1)).nanos() / 1e9;
        if (i >= 0) {
          singleSeconds.add(seconds);
        }
      }
      say("%d single images".formatted(singles));
      ProcessUsage clientEnd = ProcessUsage.of(ProcessHandle.current());
      ProcessUsage serverEnd = ProcessUsage.of(server);

      if (outputs == null) {
        throw new IllegalArgumentException("--batches " + batches + " given; give at least 1");
      }
      NpyFile.write(output, outputs);
      ClientRun run =
          new ClientRun(
              connectAndSetup - setup,
              setup,
              afterSetup.socketBytesSent() + afterSetup.socketBytesReceived(),
              measured,
              singleSeconds,
              after.socketBytesSent() - before.socketBytesSent(),
              after.socketBytesReceived() - before.socketBytesReceived(),
              new ProcessUsage(
                  clientAfter.cpuSeconds() - clientBefore.cpuSeconds(), clientEnd.peakRssMb()),
              new ProcessUsage(
                  serverAfter.cpuSeconds() - serverBefore.cpuSeconds(), serverEnd.peakRssMb()));
      Files.write(json, new ObjectMapper().writeValueAsBytes(run));
    }
    return 0;
  }

  private void say(String line) {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private static String describe(Prediction prediction) {
    return String.format(
        Locale.ROOT,
        "%.3f s, %.1f images a second",
        prediction.nanos() / 1e9,
        prediction.imagesPerSecond());
  }

  /** So many images from one on; after the last comes the first again. */
  private static Tensor take(Tensor images, long from, int count) {
    int width = images.rowElements();
    float[] values = new float[Math.multiplyExact(count, width)];
    for (int i = 0; i < count; i++) {
      int row = (int) ((from + i) % images.rows());
      System.arraycopy(images.values(), row * width, values, i * width, width);
    }
    return new Tensor(List.of(count, width), values);
  }

  private static void place(Tensor part, long from, Tensor all) {
    int width = all.rowElements();
    for (int i = 0; i < part.rows(); i++) {
      int row = (int) ((from + i) % all.rows());
      System.arraycopy(part.values(), i * width, all.values(), row * width, width);
    }
  }
}
