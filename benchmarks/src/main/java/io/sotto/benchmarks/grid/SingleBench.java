package io.sotto.benchmarks.grid;

import io.sotto.data.AtomicFile;
import io.sotto.samples.SottoProcesses;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sotto bench single}: what one image takes, or a few at once, in full. */
@Command(
    name = "single",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures one network with one image at a time, or a few: a server and a client in a process",
      "each, TLS between them, one session that is warm. Tells the median and the range of the",
      "runs, and what they took of bytes, rounds, processor time and memory, step by step."
    })
public final class SingleBench implements Callable<Integer> {
  private static final int FEWEST_RUNS = 9;
  private static final double BUDGET_SECONDS = 3600;

  @Parameters(
      paramLabel = "NAME",
      description = {
        "mnist, resnet20, vgg16, mlp-WxD such as mlp-95x2, or the directory of a SavedModel,",
        "which gets the inputs of an input.npy beside it, or else seeded random ones."
      })
  private String name = "";

  @Option(
      names = "--images",
      paramLabel = "B",
      defaultValue = "1",
      description = "Images that are predicted at once; ${DEFAULT-VALUE} if not given.")
  private int images;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "15",
      description = {
        "Predictions that count, at least; more while they take less than two seconds together.",
        "${DEFAULT-VALUE} if not given."
      })
  private int runs;

  @Option(
      names = "--relu",
      paramLabel = "FORM",
      defaultValue = "fitting",
      description =
          "How the server finds carries and signs: fitting, lookup or circuit; ${DEFAULT-VALUE} if"
              + " not given.")
  private String relu = "";

  @Option(
      names = "--setting",
      paramLabel = "NAME",
      defaultValue = "loopback",
      description =
          "The network: loopback, lan (1000 Mbit/s, 1 ms round trip) or wan (100 Mbit/s, 40 ms);"
              + " ${DEFAULT-VALUE} if not given.")
  private String setting = "";

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON, too.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    String home = System.getProperty("sotto.root");
    if (home == null) {
      throw new IllegalArgumentException("start it by the launcher: ./sotto");
    }
    atLeast(1, "--images", images);
    atLeast(FEWEST_RUNS, "--runs", runs);
    SingleReport report = measure(Path.of(home), spec.commandLine().getErr());
    if (json != null) {
      byte[] bytes = CellResult.json().writeValueAsBytes(report);
      AtomicFile.write(json, out -> out.write(bytes));
    }
    SingleReportText.print(spec.commandLine().getOut(), report);
    return 0;
  }

  private SingleReport measure(Path root, PrintWriter err)
      throws IOException, InterruptedException {
    NetworkSetting network = NetworkSetting.of(setting);
    Path launcher = root.resolve("sotto");
    try (SottoProcesses scratch = new SottoProcesses(launcher)) {
      SampleNetwork sample = NamedNetwork.find(root, name, scratch.directory());
      Path model = sample.model();
      if (model == null) {
        throw new IllegalStateException(name + " has no model");
      }
      CellBench bench =
          new CellBench(
              launcher,
              new Plaintexts(scratch.directory(), launcher),
              List.of("--relu=" + relu),
              runs,
              BUDGET_SECONDS,
              line -> say(err, line));
      say(err, "starting a server on " + model);
      PlannedCell cell = new PlannedCell(sample, BenchSystem.HYBRID, images, network);
      return SingleReport.of(name, relu, bench.measure(cell, model));
    }
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
}
