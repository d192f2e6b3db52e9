package io.sotto.benchmarks.report;

import io.sotto.benchmarks.grid.BenchSystem;
import io.sotto.benchmarks.grid.Cell;
import io.sotto.benchmarks.grid.CellResult;
import io.sotto.benchmarks.grid.NetworkSetting;
import io.sotto.client.cli.LayerRow;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The pictures of one network, as far as its cells go. */
final class Figures {
  private final List<CellResult> cells;
  private final String network;

  Figures(List<CellResult> all, String network) {
    this.network = network;
    this.cells =
        all.stream()
            .filter(result -> result.cell().network().equals(network) && result.measured() != null)
            .sorted(Comparator.comparing(CellResult::cell))
            .toList();
  }

  private static CellResult.Measured measured(CellResult result) {
    CellResult.Measured figures = result.measured();
    if (figures == null) {
      throw new IllegalStateException(result.cell() + " wasn't measured");
    }
    return figures;
  }

  private List<CellResult> of(BenchSystem system, NetworkSetting setting) {
    return cells.stream()
        .filter(
            result ->
                result.cell().system().equals(system.id())
                    && result.cell().setting().equals(setting.id()))
        .toList();
  }

  /** The setting that has most cells; the first of equals. */
  NetworkSetting setting() {
    NetworkSetting best = NetworkSetting.LOOPBACK;
    long most = 0;
    for (NetworkSetting setting : NetworkSetting.values()) {
      long count =
          cells.stream().filter(result -> result.cell().setting().equals(setting.id())).count();
      if (count > most) {
        most = count;
        best = setting;
      }
    }
    return best;
  }

  List<Picture> pictures() {
    List<Picture> pictures = new ArrayList<>();
    String at = ", " + network + ", " + setting().id();
    pictures.add(
        lines(
            "throughput",
            "Throughput against batch size" + at,
            "images a second",
            result -> measured(result).imagesPerSecond().median(),
            result -> measured(result).imagesPerSecond().min(),
            result -> measured(result).imagesPerSecond().max()));
    pictures.add(
        lines(
            "latency",
            "Latency of a batch" + at,
            "seconds a batch",
            result -> measured(result).seconds().median(),
            result -> measured(result).seconds().min(),
            result -> measured(result).seconds().max()));
    ToDoubleFunction<CellResult> kilobytes =
        result ->
            (measured(result).bytesSent() + measured(result).bytesReceived())
                / result.cell().batch()
                / 1e3;
    pictures.add(
        lines("bytes", "Bytes both ways" + at, "kB an image", kilobytes, kilobytes, kilobytes));
    layers().ifPresent(pictures::add);
    settings().ifPresent(pictures::add);
    accuracy().ifPresent(pictures::add);
    return pictures.stream().filter(picture -> !isEmpty(picture)).toList();
  }

  private static boolean isEmpty(Picture picture) {
    return picture instanceof LineChart chart && chart.series().isEmpty();
  }

  private LineChart lines(
      String name,
      String title,
      String unit,
      ToDoubleFunction<CellResult> value,
      ToDoubleFunction<CellResult> low,
      ToDoubleFunction<CellResult> high) {
    List<LineChart.Series> series = new ArrayList<>();
    for (BenchSystem system : BenchSystem.values()) {
      List<LineChart.Point> points =
          of(system, setting()).stream()
              .map(
                  result ->
                      new LineChart.Point(
                          result.cell().batch(),
                          value.applyAsDouble(result),
                          low.applyAsDouble(result),
                          high.applyAsDouble(result)))
              .toList();
      if (!points.isEmpty()) {
        series.add(new LineChart.Series(system.title(), Style.system(system), points));
      }
    }
    return new LineChart(name, title, "images in a batch", unit, series);
  }

  /** The largest batch that every system has which has any at this setting. */
  private Optional<Integer> commonBatch(NetworkSetting setting) {
    List<List<Integer>> batches = new ArrayList<>();
    for (BenchSystem system : BenchSystem.values()) {
      List<Integer> sizes =
          of(system, setting).stream().map(result -> result.cell().batch()).toList();
      if (!sizes.isEmpty()) {
        batches.add(sizes);
      }
    }
    return batches.stream()
        .flatMap(List::stream)
        .filter(batch -> batches.stream().allMatch(sizes -> sizes.contains(batch)))
        .max(Comparator.naturalOrder());
  }

  private Optional<CellResult> find(BenchSystem system, NetworkSetting setting, int batch) {
    Cell cell = new Cell(network, system.id(), batch, setting.id());
    return cells.stream().filter(result -> result.cell().equals(cell)).findFirst();
  }

  private Optional<Picture> layers() {
    return commonBatch(setting())
        .map(
            batch -> {
              Map<String, Color> colors = new LinkedHashMap<>();
              List<BarChart.Bar> bars = new ArrayList<>();
              for (BenchSystem system : BenchSystem.values()) {
                find(system, setting(), batch)
                    .ifPresent(result -> bars.addAll(layerBars(system, result, colors)));
              }
              return new BarChart(
                  "layers",
                  "Where the time goes, in shares of it, batch of %d, %s, %s"
                      .formatted(batch, network, setting().id()),
                  "",
                  true,
                  bars);
            });
  }

  private static List<BarChart.Bar> layerBars(
      BenchSystem system, CellResult result, Map<String, Color> colors) {
    List<BarChart.Bar> bars = new ArrayList<>();
    Map<String, Integer> seen = new TreeMap<>();
    double all = measured(result).layers().stream().mapToDouble(LayerRow::seconds).sum();
    String label =
        String.format(
            Locale.ROOT, "%s, %.2f s", system.title(), measured(result).seconds().median());
    for (LayerRow row : measured(result).layers()) {
      String name = row.kind() + " " + seen.merge(row.kind(), 1, Integer::sum);
      Color color = colors.computeIfAbsent(name, unused -> Style.part(colors.size()));
      bars.add(new BarChart.Bar(label, name, color, row.seconds() / all));
    }
    return bars;
  }

  private Optional<Picture> settings() {
    List<NetworkSetting> present =
        Stream.of(NetworkSetting.values()).filter(each -> commonBatch(each).isPresent()).toList();
    if (present.size() < 2) {
      return Optional.empty();
    }
    int batch =
        present.stream().mapToInt(each -> commonBatch(each).orElseThrow()).min().orElseThrow();
    List<BarChart.Bar> bars = new ArrayList<>();
    for (NetworkSetting setting : present) {
      for (BenchSystem system : BenchSystem.values()) {
        find(system, setting, batch)
            .ifPresent(result -> bars.add(settingBar(system, setting, result)));
      }
    }
    return Optional.of(
        new BarChart(
            "networks",
            "Images a second against delay and rate, batch of %d, %s".formatted(batch, network),
            "images a second",
            false,
            bars));
  }

  private static BarChart.Bar settingBar(
      BenchSystem system, NetworkSetting setting, CellResult result) {
    return new BarChart.Bar(
        setting.description(),
        system.title(),
        Style.system(system),
        measured(result).imagesPerSecond().median());
  }

  private Optional<Picture> accuracy() {
    List<DotChart.Row> rows =
        Stream.of(BenchSystem.values()).flatMap(system -> accuracyOf(system).stream()).toList();
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DotChart("accuracy", "Accuracy, " + network, "encrypted", "in the clear", rows));
  }

  private Optional<DotChart.Row> accuracyOf(BenchSystem system) {
    return cells.stream()
        .filter(result -> result.cell().system().equals(system.id()))
        .map(Figures::measured)
        .max(Comparator.comparingInt(CellResult.Measured::imagesChecked))
        .flatMap(
            figures -> {
              Double share = figures.accuracy();
              Double reference = figures.plaintextAccuracy();
              return share == null || reference == null
                  ? Optional.empty()
                  : Optional.of(
                      new DotChart.Row(
                          "%s, %d images".formatted(system.title(), figures.imagesChecked()),
                          share,
                          reference));
            });
  }

  /** The largest batches of each system, for the table beside the literature. */
  List<CellResult> best() {
    List<CellResult> best = new ArrayList<>();
    for (BenchSystem system : BenchSystem.values()) {
      of(system, setting()).stream()
          .max(Comparator.comparingDouble(result -> measured(result).imagesPerSecond().median()))
          .ifPresent(best::add);
    }
    return best;
  }

  List<CellResult> cells() {
    return cells;
  }
}
