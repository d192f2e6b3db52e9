package io.sotto.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sotto.data.AtomicFile;
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
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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
          "Sessions that share a batch of more images than one takes at once; ${DEFAULT-VALUE} if"
              + " not given.")
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

  @Option(
      names = "--relu",
      paramLabel = "FORM",
      defaultValue = "lookup",
      description =
          "How the server finds carries and signs, lookup or circuit; ${DEFAULT-VALUE} if not"
              + " given.")
  private String relu = "";

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
    ClientOutcome outcome;
    Comparison comparison;
    try (SottoProcesses processes = new SottoProcesses(sample.launcher())) {
      outcome = measure(sample, processes, line -> say(err, line));
      say(err, "predicting the same images in the clear");
      comparison = sample.compare(outcome.outputs(), processes);
    }
    MnistReport report = report(outcome.figures(), comparison, sample.modelDirectory(), machine);
    if (json != null) {
      ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      AtomicFile.write(json, out -> out.write(mapper.writeValueAsBytes(report)));
    }
    MnistReportText.print(spec.commandLine().getOut(), report);
    comparison.requireGood();
    return 0;
  }

  private ClientOutcome measure(
      MnistSample sample, SottoProcesses processes, Consumer<String> progress)
      throws IOException, InterruptedException {
    progress.accept("starting a server on " + sample.modelDirectory());
    List<String> tls = insecureNoTls ? List.of("--insecure-no-tls") : List.of();
    List<String> settings = new ArrayList<>(tls);
    settings.add("--relu=" + relu);
    SottoProcesses.Server server = processes.startServer(sample.modelDirectory(), settings);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "bench",
                "mnist-client",
                "--port=" + server.port(),
                "--input=" + sample.imagesFile(),
                "--batch=" + batch,
                "--sessions=" + sessions,
                "--batches=" + batches,
                "--warmup=" + warmup,
                "--singles=" + singles));
    arguments.addAll(tls);
    ClientOutcome outcome = ClientOutcome.of(processes, server, arguments, progress);
    server.process().destroy(); // its work is done, and TensorFlow needs the memory
    return outcome;
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
      ClientFigures figures, Comparison comparison, Path modelDirectory, Machine machine) {
    double[] seconds = figures.seconds().stream().mapToDouble(Double::doubleValue).toArray();
    Spread rate = Spread.of(each -> batch / each, seconds);
    double[] singleSeconds =
        figures.singleSeconds().stream().mapToDouble(Double::doubleValue).toArray();
    Spread latency = Spread.of(each -> each * 1e3, singleSeconds);
    double images = (double) batch * batches;
    return new MnistReport(
        rate.median(),
        rate,
        latency.median(),
        latency,
        (figures.bytesSent() + figures.bytesReceived()) / images,
        figures.bytesSent() / images,
        figures.bytesReceived() / images,
        comparison.accuracy(),
        comparison.plaintextAccuracy(),
        comparison.agreement(),
        comparison.maxLogitError(),
        comparison.images(),
        figures.client().cpuSeconds(),
        figures.server().cpuSeconds(),
        figures.client().cpuSeconds() * 1e3 / images,
        figures.server().cpuSeconds() * 1e3 / images,
        figures.client().peakRssMb(),
        figures.server().peakRssMb(),
        figures.connectSeconds(),
        figures.setupSeconds(),
        figures.setupBytes(),
        batch,
        sessions,
        batches,
        warmup,
        figures.seconds(),
        figures.medianLayers(),
        modelDirectory.toString(),
        !insecureNoTls,
        machine,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
