package io.sotto.benchmarks;

import io.sotto.benchmarks.grid.CellClient;
import io.sotto.benchmarks.grid.GridBench;
import io.sotto.benchmarks.grid.SingleBench;
import io.sotto.benchmarks.layouts.LayoutsBench;
import io.sotto.benchmarks.report.ReportCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sotto bench}: the benchmarks. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures what Sotto costs on this machine.",
    subcommands = {
      SingleBench.class,
      GridBench.class,
      CellClient.class,
      ReportCommand.class,
      MnistBench.class,
      MnistBenchClient.class,
      RoundBench.class,
      LayoutsBench.class,
      KernelBench.class,
      BaselineBench.class
    })
public final class BenchCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    throw new ParameterException(spec.commandLine(), "which benchmark?");
  }
}
