package io.sotto.benchmarks.grid;

import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.report.Report;
import io.sotto.samples.SampleException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sotto bench all}: every network by every system at every batch size over every network.
 */
@Command(
    name = "all",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures sample networks by Sotto and by the baselines, batch size by batch size, in two",
      "processes each. A finished cell is a file and is kept: the same command goes on after an",
      "interruption. Ends with results.json, and with report.html and pictures made from it."
    })
public final class GridBench implements Callable<Integer> {
  private static final String ALL = "all";

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where it all goes.")
  private Path out = Path.of("");

  @Option(
      names = "--networks",
      paramLabel = "NAMES",
      split = ",",
      description = {
        "Sample networks, or all; if not given those with labels, and of the larger ones of",
        "'bench single' one image."
      })
  private List<String> networks = List.of();

  @Option(
      names = "--systems",
      paramLabel = "NAMES",
      split = ",",
      description = "Of hybrid, circuit, mp2ml and cryptonets; all if not given.")
  private List<String> systems = List.of();

  @Option(
      names = "--batches",
      paramLabel = "SIZES",
      split = ",",
      defaultValue = "1,2,4,8,16,32,64,128,256,512,1024,2048,4096,8192",
      description = "Batch sizes; ${DEFAULT-VALUE} if not given.")
  private List<Integer> batches = List.of();

  @Option(
      names = "--settings",
      paramLabel = "NAMES",
      split = ",",
      defaultValue = "loopback",
      description =
          "Networks, of loopback, lan (1000 Mbit/s, 1 ms round trip) and wan (100 Mbit/s, 40 ms);"
              + " ${DEFAULT-VALUE} if not given.")
  private List<String> settings = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Batches that count, at least, in a cell; ${DEFAULT-VALUE} if not given.")
  private int runs;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description =
          "What these batches may take; a cell that is slower has fewer. ${DEFAULT-VALUE} if not"
              + " given.")
  private double budget;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description = "The results.json of an earlier run: says what changed beyond noise.")
  private @Nullable Path compare;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String home = System.getProperty("sotto.root");
    if (home == null) {
      throw new IllegalArgumentException("start it by the launcher: ./sotto");
    }
    if (runs < 1 || !(budget > 0) || batches.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException("--runs, --budget and --batches are positive numbers");
    }
    Path root = Path.of(home);
    List<CellResult> earlier = compare == null ? List.of() : CellStore.read(compare);
    CellStore store = new CellStore(out.toAbsolutePath());
    measure(plan(root), store, root);
    List<CellResult> results = store.collect();
    say("%d cells are in %s".formatted(results.size(), out.resolve("results.json")));
    report(results);
    if (compare != null) {
      ResultComparison.lines(earlier, results).forEach(this::say);
    }
    return 0;
  }

  private List<PlannedCell> plan(Path root) throws IOException {
    List<BenchSystem> wanted =
        systems.isEmpty()
            ? List.of(BenchSystem.values())
            : systems.stream().map(BenchSystem::of).toList();
    List<PlannedCell> cells = new ArrayList<>();
    for (NetworkSetting setting : settings.stream().map(NetworkSetting::of).distinct().toList()) {
      for (SampleNetwork network : chosen(SampleNetwork.all(root))) {
        for (BenchSystem system : wanted) {
          for (int batch : batches.stream().distinct().sorted().toList()) {
            PlannedCell cell = new PlannedCell(network, system, batch, setting);
            if (!networks.isEmpty() || isPlannedUnasked(cell)) {
              cells.add(cell);
            }
          }
        }
      }
    }
    return cells;
  }

  /** Larger networks are measured by Sotto alone, and with one image, unless they are asked for. */
  private static boolean isPlannedUnasked(PlannedCell cell) {
    return NamedNetwork.isLarge(cell.network().name())
        ? cell.system().isSotto() && cell.batch() == 1
        : cell.network().labels() != null;
  }

  private List<SampleNetwork> chosen(List<SampleNetwork> known) {
    if (networks.isEmpty() || networks.equals(List.of(ALL))) {
      return known;
    }
    return networks.stream().map(name -> named(name, known)).toList();
  }

  private static SampleNetwork named(String name, List<SampleNetwork> known) {
    return known.stream()
        .filter(network -> network.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no network %s; there are %s"
                        .formatted(name, known.stream().map(SampleNetwork::name).toList())));
  }

  private void measure(List<PlannedCell> cells, CellStore store, Path root)
      throws IOException, InterruptedException {
    say(
        "%d cells; in each at least %d runs, but no more than begin within %.0f s"
            .formatted(cells.size(), runs, budget));
    Path launcher = root.resolve("sotto");
    Plaintexts plaintexts = new Plaintexts(out.toAbsolutePath(), launcher);
    CellBench bench =
        new CellBench(
            launcher, plaintexts, List.of(), runs, budget, line -> say("        " + line));
    Map<String, String> failed = new HashMap<>();
    List<Double> took = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      PlannedCell planned = cells.get(i);
      String head = "[%d/%d] %s: ".formatted(i + 1, cells.size(), planned.cell());
      CellResult kept = store.find(planned.cell()).orElse(null);
      if (kept != null) {
        say(head + "kept, " + CellBench.summary(kept));
        continue;
      }
      say(head + "measuring" + left(took, cells.size() - i));
      long start = System.nanoTime();
      CellResult result = measure(bench, planned, failed);
      took.add((System.nanoTime() - start) / 1e9);
      store.put(result);
      say(head + CellBench.summary(result));
    }
  }

  private static String left(List<Double> took, int cells) {
    if (took.isEmpty()) {
      return "";
    }
    double median = took.stream().sorted(Comparator.naturalOrder()).toList().get(took.size() / 2);
    return String.format(Locale.ROOT, "; about %.0f minutes left", Math.ceil(median * cells / 60));
  }

  /** A cell that can't be measured is no reason to stop; the cells like it won't be tried. */
  private static CellResult measure(
      CellBench bench, PlannedCell planned, Map<String, String> failed)
      throws IOException, InterruptedException {
    String group = planned.network().name() + " " + planned.system().id();
    Path model = planned.model();
    String reason = failed.get(group);
    if (model == null) {
      reason =
          planned.system().wantsSquares()
              ? "the sample has no form with squares"
              : "the sample has no form but the one with squares";
    }
    if (reason == null && model != null) {
      try {
        return bench.measure(planned, model);
      } catch (SampleException e) {
        reason = String.valueOf(e.getMessage());
        if (reason.equals("stopped")) {
          throw e;
        }
        failed.put(group, reason);
      }
    }
    return new CellResult(planned.cell(), reason, null, Machine.here(), CellBench.now());
  }

  /** The figures are what matters: a machine that can't draw is no reason to fail. */
  private void report(List<CellResult> results) throws IOException {
    try {
      say("the page is " + Report.write(out.toAbsolutePath(), results));
    } catch (java.awt.AWTError | LinkageError e) {
      say("left out: report and pictures, as this JDK can't draw (" + e + ")");
    }
  }

  private void say(String line) {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    PrintWriter writer = spec.commandLine().getOut();
    writer.println(line);
    writer.flush();
  }
}
