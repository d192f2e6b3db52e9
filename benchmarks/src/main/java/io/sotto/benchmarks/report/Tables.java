package io.sotto.benchmarks.report;

import io.sotto.benchmarks.grid.BenchSystem;
import io.sotto.benchmarks.grid.CellResult;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tables of a report, as HTML. */
final class Tables {
  private static final List<String> HEADS =
      List.of(
          "system",
          "network",
          "batch",
          "runs",
          "images/s",
          "least..most",
          "s a batch",
          "setup s",
          "kB sent an image",
          "kB received",
          "rounds",
          "CPU s client",
          "server",
          "peak MB client",
          "server",
          "accuracy",
          "in the clear");

  private Tables() {}

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  static String figures(List<CellResult> cells) {
    StringBuilder text = new StringBuilder();
    text.append("<details><summary>All figures</summary>\n<div class=\"scroll\"><table>\n<tr>");
    for (String head : HEADS) {
      text.append("<th>").append(head).append("</th>");
    }
    text.append("</tr>\n");
    for (CellResult result : cells) {
      CellResult.Measured figures = result.measured();
      if (figures != null) {
        text.append("<tr>");
        row(result, figures)
            .forEach(cell -> text.append("<td>").append(escape(cell)).append("</td>"));
        text.append("</tr>\n");
      }
    }
    return text.append("</table></div></details>\n").toString();
  }

  private static List<String> row(CellResult result, CellResult.Measured figures) {
    int batch = result.cell().batch();
    return List.of(
        BenchSystem.of(result.cell().system()).title(),
        result.cell().setting() + (figures.shaping().equals("relay") ? " (relay)" : ""),
        String.valueOf(batch),
        String.valueOf(figures.runSeconds().size()),
        number(figures.imagesPerSecond().median()),
        number(figures.imagesPerSecond().min()) + ".." + number(figures.imagesPerSecond().max()),
        number(figures.seconds().median()),
        number(figures.connectSeconds() + figures.setupSeconds()),
        number(figures.bytesSent() / batch / 1e3),
        number(figures.bytesReceived() / batch / 1e3),
        String.valueOf(figures.rounds()),
        number(figures.cpuSecondsClient()),
        number(figures.cpuSecondsServer()),
        number(figures.peakRssMbClient()),
        number(figures.peakRssMbServer()),
        percent(figures.accuracy()),
        percent(figures.plaintextAccuracy()));
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  static String number(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  static String literature(List<CellResult> ours) {
    StringBuilder text = new StringBuilder();
    text.append("<h2>Beside the literature, MNIST</h2>\n<div class=\"scroll\"><table>\n");
    text.append(
        "<tr><th>system</th><th>accuracy %</th><th>latency s</th><th>images/s</th><th"
            + " class=\"text\">measured or quoted</th></tr>\n");
    for (CellResult result : ours) {
      CellResult.Measured figures = result.measured();
      if (figures != null) {
        Double accuracy = figures.accuracy();
        text.append(
            literatureRow(
                "ours",
                BenchSystem.of(result.cell().system()).title(),
                accuracy == null ? "-" : String.format(Locale.ROOT, "%.2f", 100 * accuracy),
                number(figures.seconds().median()),
                number(figures.imagesPerSecond().median()),
                "measured by us, batch of %d, %s, on %s, %d cores"
                    .formatted(
                        result.cell().batch(),
                        result.cell().setting(),
                        result.machine().cpu(),
                        result.machine().cores())));
      }
    }
    for (Literature row : Literature.all()) {
      text.append(
          literatureRow(
              "quoted",
              row.system(),
              row.accuracy(),
              row.latencySeconds(),
              row.imagesPerSecond(),
              "quoted: " + row.source()));
    }
    return text.append(
            "</table></div>\n"
                + "<p class=\"note\">Quoted figures come from other machines, networks and threat"
                + " models; they place ours, they don't compare.</p>\n")
        .toString();
  }

  private static String literatureRow(String cssClass, String... cells) {
    StringBuilder text = new StringBuilder("<tr class=\"%s\">".formatted(cssClass));
    for (int i = 0; i < cells.length; i++) {
      text.append(i == cells.length - 1 ? "<td class=\"text\">" : "<td>")
          .append(escape(cells[i]))
          .append("</td>");
    }
    return text.append("</tr>\n").toString();
  }
}
