package io.sotto.benchmarks.layouts;

import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.Spread;
import io.sotto.benchmarks.layouts.TrialResult.Timed;
import io.sotto.data.AtomicFile;
import io.sotto.data.TextTable;
import io.sotto.server.compile.layouts.LayoutWork;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sotto bench layouts}: the planner's choices beside the fastest layouts by the clock. */
@Command(
    name = "layouts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Holds the layouts that the planner chooses by costs against a search by the clock, on",
      "layers of many kinds. Client and server are threads of this process, TLS between them; a",
      "time is from the first encryption until both have their shares, weights ready. The search",
      "cuts positions, channels of both sides and images into any number of even parts, and has",
      "the batch layout too. It times all that no other one beats in everything that is counted",
      "(ciphertexts each way, weights, products, bytes), and six of the others, at random; but",
      "none that should cost six times the cheapest. The fastest four are then timed in turn with",
      "the planner's choice."
    })
public final class LayoutsBench implements Callable<Integer> {
  private static final double GOOD = 1.5;

  @Option(
      names = "--layers",
      paramLabel = "REGEX",
      defaultValue = "",
      description = "Only layers whose line has a match of this.")
  private Pattern layers = Pattern.compile("");

  @Option(
      names = "--weights-memory",
      paramLabel = "MB",
      defaultValue = "1024",
      description = {
        "What the weights of a layer may take to stay ready for the next batch, as a server's",
        "setting of that name; ${DEFAULT-VALUE} if not given."
      })
  private int weightsMemory;

  @Option(
      names = "--each",
      paramLabel = "FILE",
      description =
          "Writes a CSV line for each layout that was timed: what it takes, and its time.")
  private @Nullable Path each;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    List<LayerCase> wanted =
        LayerCase.all().stream().filter(layer -> layers.matcher(line(layer)).find()).toList();
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("--layers %s matches none".formatted(layers));
    }
    if (weightsMemory < 0) {
      throw new IllegalArgumentException(
          "--weights-memory %d given; allowed are 0 and more megabytes".formatted(weightsMemory));
    }
    List<TrialResult> results = measure(wanted, spec.commandLine().getErr());
    print(spec.commandLine().getOut(), results);
    if (each != null) {
      byte[] csv = csv(results).getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(each, out -> out.write(csv));
    }
    return 0;
  }

  private static String line(LayerCase layer) {
    return "%s, %d image%s".formatted(layer, layer.images(), layer.images() == 1 ? "" : "s");
  }

  private List<TrialResult> measure(List<LayerCase> layers, PrintWriter err) {
    List<TrialResult> results = new ArrayList<>();
    try (BothEnds ends = new BothEnds()) {
      err.println("warming up");
      err.flush();
      measure(layers.get(0), ends);
      for (LayerCase layer : layers) {
        TrialResult result = measure(layer, ends);
        results.add(result);
        err.printf(
            Locale.ROOT,
            "[%d/%d] %s: %d of %d layouts timed, %.2f%n",
            results.size(),
            layers.size(),
            line(layer),
            result.timed().size(),
            result.layouts(),
            result.ratio());
        err.flush();
      }
    }
    return results;
  }

  private TrialResult measure(LayerCase layer, BothEnds ends) {
    long memory = (long) weightsMemory << 20;
    try (LayoutTrial trial = new LayoutTrial(layer, memory, ends.server(), ends.client())) {
      return trial.run();
    }
  }

  private static void print(PrintWriter out, List<TrialResult> results) throws IOException {
    TextTable table =
        new TextTable("", "  ")
            .left("layer")
            .right("images")
            .left("planner's choice")
            .right("ms")
            .left("best")
            .right("ms", "ratio");
    for (TrialResult result : results) {
      table.row(
          result.layer().toString(),
          String.valueOf(result.layer().images()),
          result.chosen().layout().name(),
          millis(result.chosen().micros()),
          result.best().layout().name(),
          millis(result.best().micros()),
          String.format(Locale.ROOT, "%.2f", result.ratio()));
    }
    out.print(table);
    Spread ratios = Spread.of(results.stream().mapToDouble(TrialResult::ratio).toArray());
    out.printf(
        Locale.ROOT,
        "ratios: largest %.2f, median %.2f; %d of %d at most %.1f%n",
        ratios.max(),
        ratios.median(),
        results.stream().filter(result -> result.ratio() <= GOOD).count(),
        results.size(),
        GOOD);
    out.println("both parties in one process, a thread each; products made ahead, by all cores");
    out.println("machine " + Machine.here());
    out.flush();
  }

  private static String millis(Spread micros) {
    return String.format(Locale.ROOT, "%.2f", micros.median() / 1e3);
  }

  private static String csv(List<TrialResult> results) {
    StringBuilder csv =
        new StringBuilder(
            "layer,images,layout,uploads,results,weights,uses,products,multiply-adds,kilobytes,"
                + "expected,measured\n");
    for (TrialResult result : results) {
      for (Timed timed : result.timed()) {
        LayoutWork work = timed.candidate().work();
        csv.append(
            String.format(
                Locale.ROOT,
                "\"%s\",%d,\"%s\",%.1f,%.1f,%.1f,%d,%.1f,%.0f,%.1f,%.0f,%.0f%n",
                result.layer(),
                result.layer().images(),
                timed.candidate(),
                work.uploads(),
                work.results(),
                work.weights(),
                work.uses(),
                work.products(),
                work.multiplyAdds(),
                work.kilobytes(),
                timed.expected(),
                timed.micros().median()));
      }
    }
    return csv.toString();
  }
}
