package io.sotto.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sotto.benchmarks.Kernel.Limit;
import io.sotto.data.AtomicFile;
import io.sotto.data.TextTable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sotto bench kernels}: the loops that everything is made of, by JMH. */
@Command(
    name = "kernels",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the inner loops on one thread, each beside the limit that the machine sets,",
      "which the same run measures; takes about two minutes."
    })
public final class KernelBench implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILTER",
      description = "Only the kernels whose name contains this.")
  private @Nullable String filter;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON, too.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    String wanted = filter == null ? "" : filter;
    List<Kernel> kernels =
        Kernel.all().stream().filter(kernel -> kernel.name().contains(wanted)).toList();
    if (kernels.isEmpty()) {
      throw new IllegalArgumentException(
          "no kernel is called %s; there are %s"
              .formatted(
                  wanted, String.join(", ", Kernel.all().stream().map(Kernel::name).toList())));
    }
    Machine machine = Machine.here();
    KernelReport report = report(kernels, measure(kernels), machine);
    if (json != null) {
      ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      AtomicFile.write(json, out -> out.write(mapper.writeValueAsBytes(report)));
    }
    print(spec.commandLine().getOut(), report);
    return 0;
  }

  /** Of each benchmark, by class and method, units of work a second in each iteration. */
  private static Map<String, double[]> measure(List<Kernel> kernels) {
    Set<Limit> limits = EnumSet.noneOf(Limit.class);
    List<String> benchmarks = new ArrayList<>();
    for (Kernel kernel : kernels) {
      benchmarks.add(kernel.benchmark());
      limits.add(kernel.limit());
    }
    limits.forEach(limit -> benchmarks.addAll(limit.benchmarks()));
    return run(benchmarks);
  }

  /** Runs benchmarks, by class and method, and gives units of work a second in each iteration. */
  static Map<String, double[]> run(List<String> benchmarks) {
    ChainedOptionsBuilder options = new OptionsBuilder().jvmArgsAppend("-Djmh.ignoreLock=true");
    benchmarks.forEach(each -> options.include(exactly(each)));
    System.setProperty("jmh.ignoreLock", "true"); // the lock is another user's file in /tmp
    PrintStream progress = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    Collection<RunResult> results;
    try {
      results =
          new Runner(
                  options.build(),
                  OutputFormatFactory.createFormatInstance(progress, VerboseMode.NORMAL))
              .run();
    } catch (RunnerException e) {
      throw new IllegalStateException("the benchmarks failed", e);
    }
    Map<String, double[]> measured = new HashMap<>();
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      String name =
          params.getBenchmark().substring(KernelBench.class.getPackageName().length() + 1);
      measured.put(
          name,
          result.getBenchmarkResults().stream()
              .flatMap(each -> each.getIterationResults().stream())
              .map(IterationResult::getPrimaryResult)
              .mapToDouble(each -> each.getScore())
              .toArray());
    }
    return measured;
  }

  private static String exactly(String benchmark) {
    return "^" + Pattern.quote(KernelBench.class.getPackageName() + "." + benchmark) + "$";
  }

  static KernelReport report(
      List<Kernel> kernels, Map<String, double[]> measured, Machine machine) {
    Map<String, String> limits = new TreeMap<>();
    List<KernelReport.Row> rows = new ArrayList<>();
    for (Kernel kernel : kernels) {
      Limit limit = kernel.limit();
      double limitPerSecond =
          limit.benchmarks().stream()
              .mapToDouble(each -> Spread.of(measurements(measured, each)).median())
              .max()
              .orElseThrow();
      limits.put(
          limit.title,
          String.format(Locale.ROOT, "%.2f %s", limitPerSecond * limit.scale, limit.unit));
      double[] perSecond = measurements(measured, kernel.benchmark());
      rows.add(
          new KernelReport.Row(
              kernel.name(),
              Spread.of(kernel::inUnit, perSecond),
              kernel.unit(),
              kernel.inUnit(limitPerSecond / kernel.cost()),
              limit.title + ", " + kernel.why(),
              Spread.of(perSecond).median() * kernel.cost() / limitPerSecond));
    }
    return new KernelReport(
        rows, limits, machine, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static double[] measurements(Map<String, double[]> measured, String benchmark) {
    double[] values = measured.get(benchmark);
    if (values == null || values.length == 0) {
      throw new IllegalStateException(benchmark + " gave no result; it failed, see above");
    }
    return values;
  }

  private static void print(PrintWriter out, KernelReport report) {
    TextTable table =
        new TextTable("", " ")
            .left("kernel                ")
            .right("    median", "       min", "       max")
            .left("unit              ")
            .right("     limit", " of it")
            .left(" limited by");
    for (KernelReport.Row row : report.kernels()) {
      table.row(
          row.name(),
          twoPlaces(row.value().median()),
          twoPlaces(row.value().min()),
          twoPlaces(row.value().max()),
          row.unit(),
          twoPlaces(row.limit()),
          String.format(Locale.ROOT, "%.0f%%", 100 * row.shareOfLimit()),
          " " + row.limitedBy());
    }
    out.print(table);
    out.println();
    report.limits().forEach((name, value) -> out.printf("limit %-28s %s%n", name, value));
    out.printf("machine %s%n", report.machine());
    out.flush();
  }

  private static String twoPlaces(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
