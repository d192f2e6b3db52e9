package io.sotto.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

final class KernelBenchTest {
  @Test
  void allBenchmarksRunAndAreReported() throws RunnerException {
    System.setProperty("jmh.ignoreLock", "true");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("^" + KernelBench.class.getPackageName())
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(1))
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .run();
    String folder = KernelBench.class.getPackageName() + ".";
    assertThat(results)
        .extracting(result -> result.getParams().getBenchmark())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    Kernel.all().stream().map(Kernel::benchmark),
                    Stream.of(Kernel.Limit.values()).flatMap(limit -> limit.benchmarks().stream()),
                    BaselineBench.BENCHMARKS.stream())
                .flatMap(names -> names)
                .map(name -> folder + name)
                .toList());
    assertThat(results)
        .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
  }

  @Test
  void holdsResultsAgainstTheBestLimit() throws IOException {
    Kernel rate = new Kernel("r", "R.r", "M/s", 1e-6, false, Kernel.Limit.AES, 4, "4 blocks");
    Kernel time =
        new Kernel("t", "T.t", "us", 1e6, true, Kernel.Limit.MULTIPLY, 1000, "1000 of them");
    KernelReport report =
        KernelBench.report(
            List.of(rate, time),
            Map.of(
                "R.r", new double[] {1e6, 3e6, 2e6},
                "T.t", new double[] {1e4, 2e4, 4e4},
                "LimitBenchmark.aesJdk", new double[] {8e6},
                "LimitBenchmark.aesNative", new double[] {16e6},
                "LimitBenchmark.multiplyAdd", new double[] {1e8}),
            Machine.here());

    KernelReport.Row first = report.kernels().get(0);
    assertThat(first.value()).isEqualTo(new Spread(2, 1, 3, 1));
    assertThat(first.limit()).isCloseTo(4, within(1e-9));
    assertThat(first.shareOfLimit()).isCloseTo(0.5, within(1e-9));
    KernelReport.Row second = report.kernels().get(1);
    assertThat(second.value().median()).isCloseTo(50, within(1e-9));
    assertThat(second.value().min()).isCloseTo(25, within(1e-9));
    assertThat(second.limit()).isCloseTo(10, within(1e-9));
    assertThat(second.shareOfLimit()).isCloseTo(0.2, within(1e-9));
    assertThat(report.limits()).containsEntry("AES", "16.00 M blocks/s").hasSize(2);
  }

  @Test
  void saysWhichBenchmarkFailed() {
    Kernel kernel = Kernel.all().get(0);
    assertThatThrownBy(() -> KernelBench.report(List.of(kernel), Map.of(), Machine.here()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("LimitBenchmark");
  }
}
