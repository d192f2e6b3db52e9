package io.sotto.samples;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sotto.client.cli.LayerTable;
import io.sotto.client.cli.PredictReport;
import io.sotto.data.AtomicFile;
import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sotto quickstart}: a server on the MNIST model in one process, a client in another, TLS
 * between them; then the same in the clear, and how far the two are apart.
 */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts a server on the MNIST model and a client that predicts encrypted test images, each in",
      "a process of its own, and compares the predictions with the model in the clear."
    })
public final class Quickstart implements Callable<Integer> {
  private static final String REPORT = "target/quickstart.json";

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "2048",
      description = "How many of the 10,000 test images; ${DEFAULT-VALUE} if not given.")
  private int images;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Another model of MNIST's images; " + MnistSample.MODEL + " if not given.")
  private @Nullable Path model;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Where the figures go as JSON; " + REPORT + " if not given.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    MnistSample sample = MnistSample.at(model);
    sample.requireImages("--images", images);
    PrintWriter out = spec.commandLine().getOut();
    PredictReport predicted;
    Comparison comparison;
    try (SottoProcesses processes = new SottoProcesses(sample.launcher())) {
      say(out, "Starting a server on %s".formatted(sample.modelDirectory()));
      int port = processes.startServer(sample.modelDirectory(), List.of()).port();
      say(out, "Predicting %d encrypted images by a client in another process".formatted(images));
      Path files = processes.directory();
      processes.awaitSuccess(
          processes.start(
              "client",
              List.of(
                  "predict",
                  "--server=localhost:" + port,
                  "--input=" + sample.imagesFile(),
                  "--images=" + images,
                  "--output=" + files.resolve("outputs.npy"),
                  "--json=" + files.resolve("predict.json"))));
      Tensor outputs = NpyFile.read(files.resolve("outputs.npy"));
      predicted =
          new ObjectMapper()
              .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
              .readValue(files.resolve("predict.json").toFile(), PredictReport.class);
      say(out, "Predicting the same images in the clear");
      comparison = sample.compare(outputs, processes);
    }
    QuickstartReport report = report(comparison, predicted);
    Path target = json != null ? json : sample.root().resolve(REPORT);
    write(target, report);
    print(out, report, target);
    comparison.requireGood();
    return 0;
  }

  private static void say(PrintWriter out, String line) {
    out.println(line + " ...");
    out.flush();
  }

  private static QuickstartReport report(Comparison comparison, PredictReport predicted)
      throws IOException {
    return new QuickstartReport(
        comparison.images(),
        comparison.accuracy(),
        comparison.plaintextAccuracy(),
        comparison.agreement(),
        comparison.maxLogitError(),
        predicted.imagesPerSecond(),
        predicted.seconds(),
        predicted.setupSeconds(),
        predicted.bytesSent(),
        predicted.bytesReceived(),
        predicted.layers(),
        machine(),
        Runtime.getRuntime().availableProcessors(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        predicted.tls());
  }

  private static String machine() throws IOException {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (Files.isReadable(cpuinfo)) {
      for (String line : Files.readAllLines(cpuinfo)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  private static void write(Path target, QuickstartReport report) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    AtomicFile.write(target, out -> out.write(mapper.writeValueAsBytes(report)));
  }

  private static void print(PrintWriter out, QuickstartReport report, Path target) {
    out.println();
    out.print(LayerTable.format(report.layers()));
    out.println();
    out.printf(
        Locale.ROOT,
        "accuracy          %.2f %% of %d images (in the clear %.2f %%)%n",
        100 * report.accuracy(),
        report.images(),
        100 * report.plaintextAccuracy());
    out.printf(
        Locale.ROOT,
        "agreement         %.2f %% of the classes are TensorFlow's%n",
        100 * report.agreement());
    out.printf(
        Locale.ROOT,
        "max logit error   %.0f units in the last place against the fixed-point twin%n",
        report.maxLogitError());
    out.printf(
        Locale.ROOT,
        "images a second   %.1f (%.2f s; setup %.2f s) on %s, %d threads, TLS %s%n",
        report.imagesPerSecond(),
        report.seconds(),
        report.setupSeconds(),
        report.machine(),
        report.threads(),
        report.tls() ? "1.3" : "off");
    out.printf(Locale.ROOT, "figures           %s%n", target);
    out.flush();
  }
}
