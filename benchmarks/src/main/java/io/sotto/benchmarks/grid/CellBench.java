package io.sotto.benchmarks.grid;

import io.sotto.benchmarks.ClientFigures;
import io.sotto.benchmarks.ClientOutcome;
import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.Spread;
import io.sotto.client.cli.LayerRow;
import io.sotto.data.InputFile;
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
  private final List<String> settings;
  private final int runs;
  private final double budgetSeconds;
  private final Consumer<String> progress;

  /**
   * @param settings of all servers, beyond what their systems take
   */
  CellBench(
      Path launcher,
      Plaintexts plaintexts,
      List<String> settings,
      int runs,
      double budgetSeconds,
      Consumer<String> progress) {
    this.launcher = launcher;
    this.plaintexts = plaintexts;
    this.settings = List.copyOf(settings);
    this.runs = runs;
    this.budgetSeconds = budgetSeconds;
    this.progress = progress;
  }

  CellResult measure(PlannedCell planned, Path model) throws IOException, InterruptedException {
    Machine machine = Machine.here();
    ClientOutcome outcome;
    String shaping;
    try (SottoProcesses processes = new SottoProcesses(launcher);
        NetworkLink link = NetworkLink.open(planned.setting(), processes, progress)) {
      SottoProcesses.Server server =
          processes.startServer(model, serverArguments(planned, model, link));
      outcome =
          ClientOutcome.of(processes, server, clientArguments(planned, server, link), progress);
      shaping = link.shaping();
    }
    return new CellResult(
        planned.cell(), null, figures(planned, model, outcome, shaping), machine, now());
  }

  private List<String> serverArguments(PlannedCell planned, Path model, NetworkLink link)
      throws IOException {
    List<String> arguments = new ArrayList<>(planned.system().serverArguments());
    arguments.addAll(settings);
    arguments.addAll(link.serverArguments());
    if (!SottoProcesses.isCalibrated(model)) {
      arguments.add("--input-limit=" + inputLimit(planned.network()));
    }
    return arguments;
  }

  private List<String> clientArguments(
      PlannedCell planned, SottoProcesses.Server server, NetworkLink link) throws IOException {
    return List.of(
        "bench",
        "cell-client",
        "--host=" + link.host(),
        "--port=" + link.connect(server.port()),
        "--fingerprint=" + server.fingerprint(),
        "--input=" + planned.network().inputs(),
        "--batch=" + planned.batch(),
        "--runs=" + runs,
        "--budget=" + budgetSeconds);
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
      PlannedCell planned, Path model, ClientOutcome outcome, String shaping)
      throws IOException, InterruptedException {
    ClientFigures figures = outcome.figures();
    double[] seconds = figures.seconds().stream().mapToDouble(Double::doubleValue).toArray();
    int checked = outcome.outputs().rows();
    Exactness exactness =
        Exactness.of(
            outcome.outputs(),
            plaintexts.of(planned.network(), planned.system(), model).slice(0, checked),
            planned.network().classes(checked));
    return new CellResult.Measured(
        String.valueOf(model.getName(model.getNameCount() - 2)),
        shaping,
        Spread.of(each -> planned.batch() / each, seconds),
        Spread.of(seconds),
        figures.seconds(),
        figures.connectSeconds(),
        figures.setupSeconds(),
        figures.setupBytes(),
        (double) figures.bytesSent() / seconds.length,
        (double) figures.bytesReceived() / seconds.length,
        figures.batches().get(0).layers().stream().mapToLong(LayerRow::rounds).sum(),
        figures.client().cpuSeconds() / seconds.length,
        figures.server().cpuSeconds() / seconds.length,
        figures.client().peakRssMb(),
        figures.server().peakRssMb(),
        checked,
        exactness.accuracy(),
        exactness.plaintextAccuracy(),
        exactness.agreement(),
        exactness.maxError(),
        figures.medianLayers(),
        figures.warmUps(),
        budgetSeconds);
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
