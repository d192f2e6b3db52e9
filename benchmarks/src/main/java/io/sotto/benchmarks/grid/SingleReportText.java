package io.sotto.benchmarks.grid;

import io.sotto.client.cli.LayerRow;
import io.sotto.data.TextTable;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code sotto bench single} prints of its report. */
final class SingleReportText {
  private SingleReportText() {}

  static void print(PrintWriter out, SingleReport report) {
    out.println(layers(report));
    line(
        out,
        "median",
        "%.2f ms (%.2f to %.2f), %d %s, %d runs after %d to warm up",
        report.medianMs(),
        report.minMs(),
        report.maxMs(),
        report.images(),
        report.images() == 1 ? "image" : "images",
        report.runs(),
        report.warmUps());
    line(out, "stages", "%s", stages(report));
    line(
        out,
        "bytes",
        "%,d sent, %,d received by the client, %d rounds",
        report.bytesSent(),
        report.bytesReceived(),
        report.rounds());
    line(out, "CPU", "client %.2f ms, server %.2f ms", report.cpuMsClient(), report.cpuMsServer());
    line(
        out,
        "peak memory",
        "client %.0f MB, server %.0f MB resident",
        report.peakRssMbClient(),
        report.peakRssMbServer());
    line(out, "setup", "%.0f ms to connect, for keys and base transfers", report.setupMs());
    line(
        out,
        "exactness",
        "%.2f %% of the classes of %d images are TensorFlow's; its outputs are within %.2g",
        100 * report.agreement(),
        report.imagesChecked(),
        report.maxError());
    line(
        out,
        "relu",
        "%s, %s, TLS 1.3",
        report.relu(),
        NetworkSetting.of(report.setting()).description());
    line(out, "machine", "%s", report.machine());
    out.flush();
  }

  private static String stages(SingleReport report) {
    return report.stages().entrySet().stream()
        .map(each -> String.format(Locale.ROOT, "%s %.2f ms", each.getKey(), 1e3 * each.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** A row a step, with its number among those of its kind. */
  static String layers(SingleReport report) {
    TextTable table =
        new TextTable("", "  ")
            .left("layer       ")
            .right("shape", "ms", "bytes sent", "bytes received", "rounds")
            .left("layout");
    Map<String, Integer> seen = new HashMap<>();
    for (LayerRow row : report.layers()) {
      table.row(
          row.kind() + " " + seen.merge(row.kind(), 1, Integer::sum),
          row.shape(),
          String.format(Locale.ROOT, "%.3f", 1e3 * row.seconds()),
          String.format(Locale.ROOT, "%,d", row.bytesSent()),
          String.format(Locale.ROOT, "%,d", row.bytesReceived()),
          Long.toString(row.rounds()),
          row.layout());
    }
    return table.toString();
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void line(PrintWriter out, String name, String format, Object... values) {
    out.printf(Locale.ROOT, "%-12s %s%n", name, String.format(Locale.ROOT, format, values));
  }
}
