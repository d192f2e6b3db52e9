package io.sotto.benchmarks.grid;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.Spread;
import io.sotto.client.Tensor;
import io.sotto.client.cli.LayerRow;
import io.sotto.client.data.IdxFile;
import io.sotto.client.data.InputFile;
import io.sotto.client.data.NpyFile;
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
    CellRun run;
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
      run =
          new ObjectMapper()
              .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
              .readValue(figures.toFile(), CellRun.class);
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
      CellRun run,
      Tensor outputs,
      String shaping)
      throws IOException, InterruptedException {
    double[] seconds = run.runSeconds().stream().mapToDouble(Double::doubleValue).toArray();
    Tensor plaintext = plaintexts.of(network, system, model).slice(0, outputs.rows());
    int[] classes = outputs.argMax();
    int[] plaintextClasses = plaintext.argMax();
    int[] labels = network.labels() == null ? null : IdxFile.readLabels(network.labels());
    double largest = 0;
    for (int i = 0; i < outputs.values().length; i++) {
      largest = Math.max(largest, Math.abs(outputs.values()[i] - plaintext.values()[i]));
    }
    return new CellResult.Measured(
        String.valueOf(model.getName(model.getNameCount() - 2)),
        shaping,
        Spread.of(each -> cell.batch() / each, seconds),
        Spread.of(seconds),
        run.runSeconds(),
        run.connectSeconds(),
        run.setupSeconds(),
        run.setupBytes(),
        (double) run.bytesSent() / seconds.length,
        (double) run.bytesReceived() / seconds.length,
        run.layers().get(0).stream().mapToLong(LayerRow::rounds).sum(),
        run.cpuSecondsClient() / seconds.length,
        run.cpuSecondsServer() / seconds.length,
        run.peakRssMbClient(),
        run.peakRssMbServer(),
        outputs.rows(),
        labels == null ? null : share(classes, labels),
        labels == null ? null : share(plaintextClasses, labels),
        share(classes, plaintextClasses),
        largest,
        medians(run.layers()),
        budgetSeconds);
  }

  private static double share(int[] classes, int[] expected) {
    int right = 0;
    for (int i = 0; i < classes.length; i++) {
      right += classes[i] == expected[i] ? 1 : 0;
    }
    return (double) right / classes.length;
  }

  /** Of each stage the median of its times; the rest is the same in every batch. */
  private static List<LayerRow> medians(List<List<LayerRow>> runs) {
    List<LayerRow> rows = new ArrayList<>();
    for (int i = 0; i < runs.get(0).size(); i++) {
      int index = i;
      LayerRow row = runs.get(0).get(i);
      double[] seconds = runs.stream().mapToDouble(each -> each.get(index).seconds()).toArray();
      rows.add(
          new LayerRow(
              row.kind(),
              row.shape(),
              Spread.of(seconds).median(),
              row.bytesSent(),
              row.bytesReceived(),
              row.rounds()));
    }
    return rows;
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
