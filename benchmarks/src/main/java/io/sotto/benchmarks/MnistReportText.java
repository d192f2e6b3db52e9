package io.sotto.benchmarks;

import io.sotto.client.cli.LayerTable;
import java.io.PrintWriter;
import java.util.Locale;

/** What {@code sotto bench mnist} prints of its report. */
final class MnistReportText {
  private MnistReportText() {}

  static void print(PrintWriter out, MnistReport report) {
    out.print(LayerTable.format(report.layers()));
    out.println();
    printTimes(out, report);
    printCosts(out, report);
    printExactness(out, report);
    line(out, "TLS", "%s", report.tls() ? "1.3" : "off");
    line(out, "machine", "%s", report.machine());
    out.flush();
  }

  private static void printTimes(PrintWriter out, MnistReport report) {
    Spread rate = report.imagesPerSecondSpread();
    line(
        out,
        "images a second",
        "%.1f (min %.1f, max %.1f, IQR %.1f) in %d batches of %d after %d to warm up, %s",
        rate.median(),
        rate.min(),
        rate.max(),
        rate.iqr(),
        report.batches(),
        report.batch(),
        report.warmup(),
        report.sessions() == 1 ? "one session" : report.sessions() + " sessions");
    Spread latency = report.latencySpread();
    line(
        out,
        "single image",
        "%.1f ms (min %.1f, max %.1f, IQR %.1f)",
        latency.median(),
        latency.min(),
        latency.max(),
        latency.iqr());
  }

  private static void printCosts(PrintWriter out, MnistReport report) {
    line(
        out,
        "bytes an image",
        "%,.0f (%,.0f sent, %,.0f received by the client)",
        report.bytesPerImage(),
        report.bytesSentPerImage(),
        report.bytesReceivedPerImage());
    line(
        out,
        "CPU",
        "client %.2f s, server %.2f s in all batches; %.3f ms and %.3f ms an image",
        report.cpuSecondsClient(),
        report.cpuSecondsServer(),
        report.cpuMsPerImageClient(),
        report.cpuMsPerImageServer());
    line(
        out,
        "peak memory",
        "client %.0f MB, server %.0f MB resident",
        report.peakRssMbClient(),
        report.peakRssMbServer());
    line(
        out,
        "setup",
        "%.3f s to connect, %.3f s for keys and base transfers, %,d bytes",
        report.connectSeconds(),
        report.setupSeconds(),
        report.setupBytes());
  }

  private static void printExactness(PrintWriter out, MnistReport report) {
    line(
        out,
        "accuracy",
        "%.2f %% of %d images (in the clear %.2f %%); %.2f %% of the classes are TensorFlow's",
        100 * report.accuracy(),
        report.imagesChecked(),
        100 * report.plaintextAccuracy(),
        100 * report.agreement());
    line(
        out,
        "max logit error",
        "%.0f units in the last place against the fixed-point twin",
        report.maxLogitError());
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void line(PrintWriter out, String name, String format, Object... values) {
    out.printf(Locale.ROOT, "%-16s %s%n", name, String.format(Locale.ROOT, format, values));
  }
}
