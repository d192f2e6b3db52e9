package io.sotto.benchmarks.grid;

import io.sotto.benchmarks.ClientRun;
import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.Spread;
import io.sotto.client.cli.LayerRow;
import io.sotto.data.InputFile;
import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import io.sotto.samples.SottoProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Measures one cell: a server in one process, a client in another, between them the network. */
final class CellBench {
  private final Path launcher;
  private final Plaintexts plaintexts;
  private final int runs;
  private final double budgetSeconds;
  private final Consumer<String> progress;

  CellBench(
      Path launcher,
      Plaintexts plaintexts,
      int runs,
      double budgetSeconds,
      Consumer<String> progress) {
    this.launcher = launcher;
    this.plaintexts = plaintexts;
    this.runs = runs;
    this.budgetSeconds = budgetSeconds;
    this.progress = progress;
  }

  CellResult measure(
      Cell cell, SampleNetwork network, BenchSystem system, NetworkSetting setting, Path model)
      throws IOException, InterruptedException {
    Machine machine = Machine.here();
    ClientRun run;
    Tensor outputs;
    String shaping;
    try (SottoProcesses processes = new SottoProcesses(launcher);
        Line line = Line.open(setting, processes, progress)) {
      List<String> serve = new ArrayList<>(system.serverArguments());
      serve.addAll(line.serverArguments());
      if (!SottoProcesses.isCalibrated(model)) {
        serve.add("--input-limit=" + inputLimit(network));
      }
      SottoProcesses.Server server = processes.startServer(model, serve);
      Path figures = processes.directory().resolve("run.json");
      Path predictions = processes.directory().resolve("outputs.npy");
      processes.run(
          "client",
          List.of(
              "bench",
              "cell-client",
              "--host=" + line.host(),
              "--port=" + line.connect(server.port()),
              "--fingerprint=" + server.fingerprint(),
              "--server-pid=" + server.process().pid(),
              "--input=" + network.inputs(),
              "--batch=" + cell.batch(),
              "--runs=" + runs,
              "--budget=" + budgetSeconds,
              "--output=" + predictions,
              "--json=" + figures),
          progress);
      run = ClientRun.read(figures);
      outputs = NpyFile.read(predictions);
      shaping = line.shaping();
    }
    return new CellResult(
        cell, null, figures(cell, network, system, model, run, outputs, shaping), machine, now());
  }

  /** What a model that wasn't calibrated is to take: the inputs that the sample has. */
  private static double inputLimit(SampleNetwork network) throws IOException {
    double largest = 1;
    for (float value : InputFile.read(network.inputs()).values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private CellResult.Measured figures(
      Cell cell,
      SampleNetwork network,
      BenchSystem system,
      Path model,
      ClientRun run,
      Tensor outputs,
      String shaping)
      throws IOException, InterruptedException {
    double[] seconds = run.seconds().stream().mapToDouble(Double::doubleValue).toArray();
    Tensor plaintext = plaintexts.of(network, system, model).slice(0, outputs.rows());
    int[] classes = outputs.argMax();
    int[] plaintextClasses = plaintext.argMax();
    int[] labels = network.classes(outputs.rows());
    double largest = 0;
    for (int i = 0; i < outputs.values().length; i++) {
      largest = Math.max(largest, Math.abs(outputs.values()[i] - plaintext.values()[i]));
    }
    return new CellResult.Measured(
        String.valueOf(model.getName(model.getNameCount() - 2)),
        shaping,
        Spread.of(each -> cell.batch() / each, seconds),
        Spread.of(seconds),
        run.seconds(),
        run.connectSeconds(),
        run.setupSeconds(),
        run.setupBytes(),
        (double) run.bytesSent() / seconds.length,
        (double) run.bytesReceived() / seconds.length,
        run.batches().get(0).layers().stream().mapToLong(LayerRow::rounds).sum(),
        run.client().cpuSeconds() / seconds.length,
        run.server().cpuSeconds() / seconds.length,
        run.client().peakRssMb(),
        run.server().peakRssMb(),
        outputs.rows(),
        labels == null ? null : share(classes, labels),
        labels == null ? null : share(plaintextClasses, labels),
        share(classes, plaintextClasses),
        largest,
        run.medianLayers(),
        budgetSeconds);
  }

  private static double share(int[] classes, int[] expected) {
    int right = 0;
    for (int i = 0; i < classes.length; i++) {
      right += classes[i] == expected[i] ? 1 : 0;
    }
    return (double) right / classes.length;
  }

  static String summary(CellResult result) {
    CellResult.Measured measured = result.measured();
    if (measured == null) {
      return "left out: " + result.leftOut();
    }
    Spread rate = measured.imagesPerSecond();
    return String.format(
        Locale.ROOT,
        "%.1f images a second (%.1f..%.1f, %d runs), %.3f s a batch, %.1f kB an image",
        rate.median(),
        rate.min(),
        rate.max(),
        measured.runSeconds().size(),
        measured.seconds().median(),
        (measured.bytesSent() + measured.bytesReceived()) / result.cell().batch() / 1e3);
  }
}
