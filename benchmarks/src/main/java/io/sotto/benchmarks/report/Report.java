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
      page.append(section(network, figures));
      writePictures(pictures, network, figures);
    }
    page.append(leftOut(results)).append("</body>\n</html>\n");
    return file(directory.resolve("report.html"), page.toString());
  }

  private static Path file(Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(bytes));
    return file;
  }

  private static void writePictures(Path directory, String network, Figures figures)
      throws IOException {
    for (Picture picture : figures.pictures()) {
      String name = network.replace('/', '-') + "-" + picture.name();
      file(directory.resolve(name + ".svg"), PictureFormat.svg(picture, WIDE, "wide"));
      AtomicFile.write(
          directory.resolve(name + ".png"), out -> PictureFormat.png(picture, WIDE, out));
    }
  }

  private static String section(String network, Figures figures) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("<h2>%s</h2>\n<div class=\"pictures\">\n".formatted(Tables.escape(network)));
    for (Picture picture : figures.pictures()) {
      text.append(
          "<figure>\n<figcaption>%s</figcaption>\n%s%s</figure>\n"
              .formatted(
                  Tables.escape(picture.title()),
                  PictureFormat.svg(picture, WIDE, "wide"),
                  PictureFormat.svg(picture, NARROW, "narrow")));
    }
    text.append("</div>\n").append(Tables.figures(figures.cells()));
    if (network.startsWith("mnist")) {
      text.append(Tables.literature(figures.best()));
    }
    return text.toString();
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
        .formatted(first, last, Tables.escape(String.join("; ", machines)));
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
          "Networks marked (relay) were slowed by a relay between the processes, as the kernel has"
              + " no netem; "
              + NetworkSetting.LAN.description()
              + "; "
              + NetworkSetting.WAN.description());
    }
    if (lines.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("<h2>Left out, and to be known</h2>\n<ul>\n");
    lines.forEach(line -> text.append("<li>").append(Tables.escape(line)).append("</li>\n"));
    return text.append("</ul>\n").toString();
  }
}
