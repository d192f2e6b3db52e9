package io.sotto.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sotto.client.cli.LayerTable;
import io.sotto.data.AtomicFile;
import io.sotto.data.NpyFile;
import io.sotto.samples.Comparison;
import io.sotto.samples.MnistSample;
import io.sotto.samples.SottoProcesses;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sotto bench mnist}: the whole path, in two processes over TLS on this machine. */
@Command(
    name = "mnist",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Serves the MNIST model in one process and predicts batch after batch in another, over TLS,",
      "in one session; tells the median and the spread of the batches, after some that don't count."
    })
public final class MnistBench implements Callable<Integer> {
  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Images in a batch; ${DEFAULT-VALUE} if not given.")
  private int batch;

  @Option(
      names = "--batches",
      paramLabel = "N",
      defaultValue = "5",
      description = "Batches that count; ${DEFAULT-VALUE} if not given.")
  private int batches;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "2",
      description = "Batches before them that don't; ${DEFAULT-VALUE} if not given.")
  private int warmup;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Sessions that share a batch of more images than one takes at once; ${DEFAULT-VALUE} if not given.")
  private int sessions;

  @Option(
      names = "--singles",
      paramLabel = "N",
      defaultValue = "9",
      description = "Batches of one image, for the latency; ${DEFAULT-VALUE} if not given.")
  private int singles;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Another model of MNIST's images; " + MnistSample.MODEL + " if not given.")
  private @Nullable Path model;

  @Option(names = "--insecure-no-tls", description = "Without TLS, to see what TLS costs.")
  private boolean insecureNoTls;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON, too.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    atLeast(1, "--batches", batches);
    atLeast(0, "--warmup", warmup);
    atLeast(1, "--singles", singles);
    atLeast(1, "--sessions", sessions);
    MnistSample sample = MnistSample.at(model);
    sample.requireImages("--batch", batch);
    PrintWriter err = spec.commandLine().getErr();
    Machine machine = Machine.here();
    ClientRun run;
    Comparison comparison;
    try (SottoProcesses processes = new SottoProcesses(sample.launcher())) {
      say(err, "starting a server on " + sample.modelDirectory());
      List<String> tls = insecureNoTls ? List.of("--insecure-no-tls") : List.of();
      SottoProcesses.Server server = processes.startServer(sample.modelDirectory(), tls);
      Path figures = processes.directory().resolve("run.json");
      Path predictions = processes.directory().resolve("outputs.npy");
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "bench",
                  "mnist-client",
                  "--port=" + server.port(),
                  "--server-pid=" + server.process().pid(),
                  "--input=" + sample.imagesFile(),
                  "--batch=" + batch,
                  "--sessions=" + sessions,
                  "--batches=" + batches,
                  "--warmup=" + warmup,
                  "--singles=" + singles,
                  "--output=" + predictions,
                  "--json=" + figures));
      arguments.addAll(tls);
      processes.run("client", arguments, line -> say(err, line));
      run = ClientRun.read(figures);
      server.process().destroy(); // its work is done, and TensorFlow needs the memory
      say(err, "predicting the same images in the clear");
      comparison = sample.compare(NpyFile.read(predictions), processes);
    }
    MnistReport report = report(run, comparison, sample.modelDirectory(), machine);
    if (json != null) {
      ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      AtomicFile.write(json, out -> out.write(mapper.writeValueAsBytes(report)));
    }
    print(spec.commandLine().getOut(), report);
    comparison.requireGood();
    return 0;
  }

  private static void atLeast(int lowest, String option, int value) {
    if (value < lowest) {
      throw new IllegalArgumentException(
          "%s %d given; allowed are %d and more".formatted(option, value, lowest));
    }
  }

  private static void say(PrintWriter err, String line) {
    err.println(line);
    err.flush();
  }

  private MnistReport report(
      ClientRun run, Comparison comparison, Path modelDirectory, Machine machine) {
    double[] seconds = run.seconds().stream().mapToDouble(Double::doubleValue).toArray();
    Spread rate = Spread.of(each -> batch / each, seconds);
    double[] singleSeconds =
        run.singleSeconds().stream().mapToDouble(Double::doubleValue).toArray();
    Spread latency = Spread.of(each -> each * 1e3, singleSeconds);
    double images = (double) batch * batches;
    return new MnistReport(
        rate.median(),
        rate,
        latency.median(),
        latency,
        (run.bytesSent() + run.bytesReceived()) / images,
        run.bytesSent() / images,
        run.bytesReceived() / images,
        comparison.accuracy(),
        comparison.plaintextAccuracy(),
        comparison.agreement(),
        comparison.maxLogitError(),
        comparison.images(),
        run.client().cpuSeconds(),
        run.server().cpuSeconds(),
        run.client().cpuSeconds() * 1e3 / images,
        run.server().cpuSeconds() * 1e3 / images,
        run.client().peakRssMb(),
        run.server().peakRssMb(),
        run.connectSeconds(),
        run.setupSeconds(),
        run.setupBytes(),
        batch,
        sessions,
        batches,
        warmup,
        run.seconds(),
        run.medianLayers(),
        modelDirectory.toString(),
        !insecureNoTls,
        machine,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static void print(PrintWriter out, MnistReport report) {
    out.println(LayerTable.format(report.layers()));
    out.println();
    Spread rate = report.imagesPerSecondSpread();
    line(
        out,
        "images a second",
        "%.1f (min %.1f, max %.1f, IQR %.1f) in %d batches of %d after %d to warm up, %s",
        rate.median(),
        rate.min(),
        rate.max(),
        rate.iqr(),
        report.batches(),
        report.batch(),
        report.warmup(),
        report.sessions() == 1 ? "one session" : report.sessions() + " sessions");
    Spread latency = report.latencySpread();
    line(
        out,
        "single image",
        "%.1f ms (min %.1f, max %.1f, IQR %.1f)",
        latency.median(),
        latency.min(),
        latency.max(),
        latency.iqr());
    line(
        out,
        "bytes an image",
        "%,.0f (%,.0f sent, %,.0f received by the client)",
        report.bytesPerImage(),
        report.bytesSentPerImage(),
        report.bytesReceivedPerImage());
    line(
        out,
        "CPU",
        "client %.2f s, server %.2f s in all batches; %.3f ms and %.3f ms an image",
        report.cpuSecondsClient(),
        report.cpuSecondsServer(),
        report.cpuMsPerImageClient(),
        report.cpuMsPerImageServer());
    line(
        out,
        "peak memory",
        "client %.0f MB, server %.0f MB resident",
        report.peakRssMbClient(),
        report.peakRssMbServer());
    line(
        out,
        "setup",
        "%.3f s to connect, %.3f s for keys and base transfers, %,d bytes",
        report.connectSeconds(),
        report.setupSeconds(),
        report.setupBytes());
    line(
        out,
        "accuracy",
        "%.2f %% of %d images (in the clear %.2f %%); %.2f %% of the classes are TensorFlow's",
        100 * report.accuracy(),
        report.imagesChecked(),
        100 * report.plaintextAccuracy(),
        100 * report.agreement());
    line(
        out,
        "max logit error",
        "%.0f units in the last place against the fixed-point twin",
        report.maxLogitError());
    line(out, "TLS", "%s", report.tls() ? "1.3" : "off");
    line(out, "machine", "%s", report.machine());
    out.flush();
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void line(PrintWriter out, String name, String format, Object... values) {
    out.printf(Locale.ROOT, "%-16s %s%n", name, String.format(Locale.ROOT, format, values));
  }
}
