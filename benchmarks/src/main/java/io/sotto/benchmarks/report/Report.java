package io.sotto.benchmarks.report;

import io.sotto.benchmarks.grid.BenchSystem;
import io.sotto.benchmarks.grid.CellResult;
import io.sotto.benchmarks.grid.NetworkSetting;
import io.sotto.data.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One self-contained page, {@code report.html}, and a PNG for each picture, from the results of a
 * grid. The page has no script and loads nothing.
 */
public final class Report {
  private static final int WIDE = 580;
  private static final int NARROW = 356;

  private static final String STYLE =
      """
      :root { color-scheme: light; }
      body { margin: 0 auto; max-width: 1180px; padding: 16px; background: #fcfcfb; color: #1a1a19;
        font: 16px/1.5 system-ui, sans-serif; }
      h1 { font-size: 26px; margin: 8px 0; }
      h2 { font-size: 20px; margin: 32px 0 8px; }
      .pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 540px), 1fr)); gap: 24px; }
      figure { margin: 0; min-width: 0; }
      figcaption { font-weight: 600; margin-bottom: 6px; }
      svg { display: block; width: 100%; height: auto; font-family: system-ui, sans-serif; }
      svg.narrow { display: none; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
      th, td { padding: 4px 10px; text-align: right; border-bottom: 1px solid #e4e3df; white-space: nowrap; }
      th:first-child, td:first-child, td.text, th.text { text-align: left; }
      td.text { white-space: normal; min-width: 180px; }
      .note { color: #5f5e5a; font-size: 14px; }
      .ours { font-weight: 600; }
      @media (max-width: 700px) { svg.wide { display: none; } svg.narrow { display: block; } }
      """;

  private Report() {}

  /**
   * Writes page and pictures.
   *
   * @return the page's file
   */
  public static Path write(Path directory, List<CellResult> results) throws IOException {
    List<String> networks =
        results.stream()
            .filter(result -> result.measured() != null)
            .map(result -> result.cell().network())
            .distinct()
            .toList();
    Path pictures = Files.createDirectories(directory.resolve("pictures"));
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.append("<title>Sotto: figures</title>\n<style>\n").append(STYLE).append("</style>\n");
    page.append("</head>\n<body>\n<h1>Private inference, measured</h1>\n");
    page.append(preface(results));
    for (String network : networks) {
      Figures figures = new Figures(results, network);
      page.append("<h2>%s</h2>\n".formatted(SvgDrawing.escape(network)));
      page.append("<div class=\"pictures\">\n");
      for (Picture picture : figures.pictures()) {
        page.append(figure(picture));
        String name = network.replace('/', '-') + "-" + picture.name();
        byte[] svg = svg(picture, WIDE, "wide").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(pictures.resolve(name + ".svg"), out -> out.write(svg));
        AtomicFile.write(
            pictures.resolve(name + ".png"),
            out -> {
              PngDrawing drawing = new PngDrawing(WIDE, picture.height(WIDE));
              picture.draw(drawing, WIDE, picture.height(WIDE));
              drawing.write(out);
            });
      }
      page.append("</div>\n");
      page.append(table(figures.cells()));
      if (network.startsWith("mnist")) {
        page.append(literature(figures.best()));
      }
    }
    page.append(leftOut(results)).append("</body>\n</html>\n");
    Path file = directory.resolve("report.html");
    byte[] bytes = page.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(bytes));
    return file;
  }

  private static String figure(Picture picture) {
    return "<figure>\n<figcaption>%s</figcaption>\n%s%s</figure>\n"
        .formatted(
            SvgDrawing.escape(picture.title()),
            svg(picture, WIDE, "wide"),
            svg(picture, NARROW, "narrow"));
  }

  private static String svg(Picture picture, int width, String cssClass) {
    SvgDrawing drawing = new SvgDrawing(width, picture.height(width));
    picture.draw(drawing, width, picture.height(width));
    return drawing.element(picture.title(), cssClass);
  }

  private static String preface(List<CellResult> results) {
    if (results.isEmpty()) {
      return "<p>Nothing was measured.</p>\n";
    }
    List<String> machines = results.stream().map(result -> withoutLoad(result)).distinct().toList();
    String first = results.stream().map(CellResult::date).min(String::compareTo).orElse("");
    String last = results.stream().map(CellResult::date).max(String::compareTo).orElse("");
    return """
        <p>Each cell: a server and a client in a process of their own on one machine, TLS between them, batches that warm up, then
        the batches that count; shown are the median, and from the least to the largest where a bar stands on a point. Measured from
        %s to %s on %s.</p>
        """
        .formatted(first, last, SvgDrawing.escape(String.join("; ", machines)));
  }

  private static String withoutLoad(CellResult result) {
    return "%s, %d cores, %,d MB, %s, %s"
        .formatted(
            result.machine().cpu(),
            result.machine().cores(),
            result.machine().memoryMb(),
            result.machine().jdk(),
            result.machine().kernel());
  }

  private static String table(List<CellResult> cells) {
    StringBuilder text = new StringBuilder();
    text.append("<details><summary>All figures</summary>\n<div class=\"scroll\"><table>\n<tr>");
    for (String head :
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
            "in the clear")) {
      text.append("<th>").append(head).append("</th>");
    }
    text.append("</tr>\n");
    for (CellResult result : cells) {
      CellResult.Measured figures = result.measured();
      if (figures != null) {
        text.append("<tr>");
        row(result, figures)
            .forEach(cell -> text.append("<td>").append(SvgDrawing.escape(cell)).append("</td>"));
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

  private static String percent(@org.jspecify.annotations.Nullable Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static String number(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  private static String literature(List<CellResult> ours) {
    StringBuilder text = new StringBuilder();
    text.append("<h2>Beside the literature, MNIST</h2>\n<div class=\"scroll\"><table>\n");
    text.append(
        "<tr><th>system</th><th>accuracy %</th><th>latency s</th><th>images/s</th><th class=\"text\">measured or quoted</th></tr>\n");
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
            "</table></div>\n<p class=\"note\">Quoted figures come from other machines, networks and threat models; they place ours, they don't compare.</p>\n")
        .toString();
  }

  private static String literatureRow(String cssClass, String... cells) {
    StringBuilder text = new StringBuilder("<tr class=\"%s\">".formatted(cssClass));
    for (int i = 0; i < cells.length; i++) {
      text.append(i == cells.length - 1 ? "<td class=\"text\">" : "<td>")
          .append(SvgDrawing.escape(cells[i]))
          .append("</td>");
    }
    return text.append("</tr>\n").toString();
  }

  private static String leftOut(List<CellResult> results) {
    List<String> lines = new ArrayList<>();
    for (CellResult result : results) {
      String reason = result.leftOut();
      if (reason != null) {
        String line =
            "%s by %s: %s"
                .formatted(
                    result.cell().network(),
                    BenchSystem.of(result.cell().system()).title(),
                    reason);
        if (!lines.contains(line)) {
          lines.add(line);
        }
      }
    }
    boolean relay =
        results.stream()
            .map(CellResult::measured)
            .anyMatch(figures -> figures != null && figures.shaping().equals("relay"));
    if (relay) {
      lines.add(
          "Networks marked (relay) were slowed by a relay between the processes, as the kernel has no netem; "
              + NetworkSetting.LAN.description()
              + "; "
              + NetworkSetting.WAN.description());
    }
    if (lines.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("<h2>Left out, and to be known</h2>\n<ul>\n");
    lines.forEach(line -> text.append("<li>").append(SvgDrawing.escape(line)).append("</li>\n"));
    return text.append("</ul>\n").toString();
  }
}
