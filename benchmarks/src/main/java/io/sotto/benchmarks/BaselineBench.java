package io.sotto.benchmarks;

import io.sotto.benchmarks.grid.SingleCell;
import java.io.IOException;
import java.io.PrintWriter;
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
 * {@code sotto bench baseline}: whether the CryptoNets-style baseline is a fair one. Its measured
 * batch on one thread, beside what its operations cost one by one.
 */
@Command(
    name = "baseline",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the SEAL operations of the CryptoNets-style baseline by JMH, adds them up for the",
      "MNIST network, and holds a batch of the baseline itself, on one thread, against the sum."
    })
public final class BaselineBench implements Callable<Integer> {
  /** What it runs, by class and method. */
  static final List<String> BENCHMARKS =
      List.of(
          "SlotsBenchmark.encrypt",
          "SlotsBenchmark.linear",
          "SlotsBenchmark.linearBySeal",
          "SlotsBenchmark.squareUpper",
          "SlotsBenchmark.squareLower",
          "SlotsBenchmark.relineariseUpper",
          "SlotsBenchmark.relineariseLower");

  private static final int INPUTS = 784;
  private static final int FIRST_SQUARES = 845;
  private static final int SECOND_SQUARES = 100;
  private static final int OUTPUTS = 10;

  /** Multiply-adds of a weight and a ciphertext, padding included, by layer. */
  private static final List<Integer> PRODUCTS = List.of(845 * 25, 845 * 100, 100 * 10);

  /** Primes of the ciphertexts that they are made with. */
  private static final List<Integer> PRIMES = List.of(5, 3, 1);

  /** Parts of these; sums of squares are relinearised, not squares. */
  private static final List<Integer> PARTS = List.of(2, 3, 3);

  private static final double FAIR = 2;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "Batches that count; ${DEFAULT-VALUE} if not given.")
  private int runs;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    PrintWriter out = spec.commandLine().getOut();
    Map<String, double[]> measured = KernelBench.run(BENCHMARKS);
    double sum = printSum(out, measured);
    out.printf(
        Locale.ROOT,
        "for comparison: linear layers by SEAL's own multiply_plain and add would take %.0f s%n",
        PRODUCTS.stream().mapToLong(Integer::longValue).sum() / rate(measured, "linearBySeal"));
    Spread batch = SingleCell.baseline(runs, line -> out.println("  " + line));
    out.printf(
        Locale.ROOT,
        "a batch of the baseline on one thread: %.3f s (%.3f..%.3f), %.2f times the sum; %s%n",
        batch.median(),
        batch.min(),
        batch.max(),
        batch.median() / sum,
        batch.median() <= FAIR * sum ? "a fair baseline" : "MORE THAN TWICE: no fair baseline");
    out.printf("machine %s%n", Machine.here());
    out.flush();
    return 0;
  }

  /** What the operations of a batch take, one by one and together. */
  private static double printSum(PrintWriter out, Map<String, double[]> measured) {
    double sum =
        row(out, "encrypt (SEAL, public key)", INPUTS, rate(measured, "encrypt"))
            + row(out, "linear layers, a residue", linearWords(), rate(measured, "linear"))
            + row(out, "first squares (SEAL)", FIRST_SQUARES, rate(measured, "squareUpper"))
            + row(
                out,
                "sums of first squares, relinearised",
                SECOND_SQUARES,
                rate(measured, "relineariseUpper"))
            + row(out, "second squares (SEAL)", SECOND_SQUARES, rate(measured, "squareLower"))
            + row(
                out,
                "sums of second squares, relinearised",
                OUTPUTS,
                rate(measured, "relineariseLower"));
    out.printf(Locale.ROOT, "%-36s %33.3f s%n", "sum", sum);
    return sum;
  }

  /** Residues that the linear layers multiply with a weight. */
  private static long linearWords() {
    long words = 0;
    for (int i = 0; i < PRODUCTS.size(); i++) {
      words += (long) PRODUCTS.get(i) * PRIMES.get(i) * PARTS.get(i) * SlotsBenchmark.DEGREE;
    }
    return words;
  }

  private static double rate(Map<String, double[]> measured, String name) {
    double[] values = measured.get("SlotsBenchmark." + name);
    if (values == null) {
      throw new IllegalStateException(name + " gave no result; it failed, see above");
    }
    return Spread.of(values).median();
  }

  private static double row(PrintWriter out, String what, long count, double perSecond) {
    double seconds = count / perSecond;
    out.printf(
        Locale.ROOT, "%-36s %,14d x %12.4f us = %8.3f s%n", what, count, 1e6 / perSecond, seconds);
    out.flush();
    return seconds;
  }
}
