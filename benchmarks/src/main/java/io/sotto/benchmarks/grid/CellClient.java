package io.sotto.benchmarks.grid;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sotto.benchmarks.ProcessUsage;
import io.sotto.client.Prediction;
import io.sotto.client.SottoClient;
import io.sotto.client.Tensor;
import io.sotto.client.cli.LayerRow;
import io.sotto.client.data.InputFile;
import io.sotto.client.data.NpyFile;
import io.sotto.transport.WireCounters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
 * The client process of a cell: one session; batches that warm up, then batches that count. At
 * least so many of them, unless the time is up; more if they are short.
 */
@Command(
    name = "cell-client",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "The client process of the benchmark all.")
public final class CellClient implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final int MOST_RUNS = 25;
  private static final double WARM_UP_SECONDS = 2;
  private static final double WARM_UP_SHARE = 0.3;
  private static final double ENOUGH_SECONDS = 3;

  @Option(names = "--host", required = true)
  private String host = "";

  @Option(names = "--port", required = true)
  private int port;

  @Option(names = "--fingerprint", required = true)
  private String fingerprint = "";

  @Option(names = "--server-pid", required = true)
  private long serverPid;

  @Option(names = "--input", required = true)
  private @Nullable Path input;

  @Option(names = "--batch", required = true)
  private int batch;

  @Option(names = "--runs", required = true)
  private int runs;

  @Option(names = "--budget", required = true)
  private double budget;

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
    Tensor images = InputFile.read(input);
    SottoClient.Builder builder =
        SottoClient.builder(host, port).trustFingerprint(fingerprint).receiveTimeout(PATIENCE);
    long start = System.nanoTime();
    try (SottoClient client = builder.connect()) {
      double connectAndSetup = seconds(start);
      double setup = client.setup().nanos() / 1e9;
      WireCounters afterSetup = client.wire();
      warmUp(client, images);

      Outputs outputs = new Outputs(images);
      List<Double> runSeconds = new ArrayList<>();
      List<List<LayerRow>> layers = new ArrayList<>();
      ProcessUsage clientBefore = ProcessUsage.of(ProcessHandle.current());
      ProcessUsage serverBefore = ProcessUsage.of(server);
      WireCounters before = client.wire();
      long first = System.nanoTime();
      while (goesOn(runSeconds.size(), seconds(first))) {
        long from = (long) runSeconds.size() * batch;
        Prediction prediction = client.predict(take(images, from));
        runSeconds.add(prediction.nanos() / 1e9);
        layers.add(LayerRow.of(client.model(), prediction.steps()));
        outputs.place(prediction.outputs(), from);
        say("run %d: %s".formatted(runSeconds.size(), describe(prediction)));
      }
      ProcessUsage clientAfter = ProcessUsage.of(ProcessHandle.current());
      ProcessUsage serverAfter = ProcessUsage.of(server);
      WireCounters after = client.wire();

      NpyFile.write(output, outputs.get());
      Files.write(
          json,
          new ObjectMapper()
              .writeValueAsBytes(
                  new CellRun(
                      connectAndSetup - setup,
                      setup,
                      afterSetup.socketBytesSent() + afterSetup.socketBytesReceived(),
                      runSeconds,
                      layers,
                      after.socketBytesSent() - before.socketBytesSent(),
                      after.socketBytesReceived() - before.socketBytesReceived(),
                      clientAfter.cpuSeconds() - clientBefore.cpuSeconds(),
                      serverAfter.cpuSeconds() - serverBefore.cpuSeconds(),
                      clientAfter.peakRssMb(),
                      serverAfter.peakRssMb())));
    }
    return 0;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private void warmUp(SottoClient client, Tensor images) {
    long start = System.nanoTime();
    int done = 0;
    do {
      Prediction prediction = client.predict(take(images, done));
      done++;
      say("warm-up %d: %s".formatted(done, describe(prediction)));
    } while (done < MOST_RUNS
        && seconds(start) < Math.min(WARM_UP_SECONDS, budget * WARM_UP_SHARE));
  }

  private boolean goesOn(int done, double elapsed) {
    if (done == 0) {
      return true;
    }
    return elapsed < budget && (done < runs || (elapsed < ENOUGH_SECONDS && done < MOST_RUNS));
  }

  /** What was predicted of different images. */
  private static final class Outputs {
    private final Tensor images;
    private @Nullable Tensor rows;
    private int filled;

    Outputs(Tensor images) {
      this.images = images;
    }

    void place(Tensor part, long from) {
      int width = part.rowElements();
      Tensor all = rows;
      if (all == null) {
        all =
            new Tensor(
                List.of(images.rows(), width), new float[Math.multiplyExact(images.rows(), width)]);
        rows = all;
      }
      for (int i = 0; i < part.rows(); i++) {
        int row = (int) ((from + i) % images.rows());
        System.arraycopy(part.values(), i * width, all.values(), row * width, width);
        filled = Math.max(filled, row + 1);
      }
    }

    Tensor get() {
      if (rows == null) {
        throw new IllegalStateException("nothing was predicted");
      }
      return rows.slice(0, filled);
    }
  }

  /** A batch from an image on; after the last comes the first again. */
  private Tensor take(Tensor images, long from) {
    int width = images.rowElements();
    float[] values = new float[Math.multiplyExact(batch, width)];
    for (int i = 0; i < batch; i++) {
      int row = (int) ((from + i) % images.rows());
      System.arraycopy(images.values(), row * width, values, i * width, width);
    }
    return new Tensor(List.of(batch, width), values);
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
}
