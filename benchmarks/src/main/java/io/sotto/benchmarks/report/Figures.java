package io.sotto.benchmarks.report;

import io.sotto.benchmarks.grid.BenchSystem;
import io.sotto.benchmarks.grid.Cell;
import io.sotto.benchmarks.grid.CellResult;
import io.sotto.benchmarks.grid.NetworkSetting;
import io.sotto.client.cli.LayerRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

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
        series.add(new LineChart.Series(system.title(), Palette.system(system), points));
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
              Map<String, String> colors = new TreeMap<>();
              List<BarChart.Bar> bars = new ArrayList<>();
              for (BenchSystem system : BenchSystem.values()) {
                find(system, setting(), batch)
                    .ifPresent(result -> bars.add(layerBar(system, result, colors)));
              }
              return new BarChart(
                  "layers",
                  "Where the time goes, in shares of it, batch of %d, %s, %s"
                      .formatted(batch, network, setting().id()),
                  bars);
            });
  }

  private static BarChart.Bar layerBar(
      BenchSystem system, CellResult result, Map<String, String> colors) {
    List<BarChart.Part> parts = new ArrayList<>();
    Map<String, Integer> seen = new TreeMap<>();
    double all = measured(result).layers().stream().mapToDouble(LayerRow::seconds).sum();
    for (LayerRow row : measured(result).layers()) {
      String name = row.kind() + " " + seen.merge(row.kind(), 1, Integer::sum);
      String color = colors.computeIfAbsent(name, unused -> Palette.part(colors.size()));
      parts.add(new BarChart.Part(name, color, row.seconds() / all));
    }
    return new BarChart.Bar(
        system.title(),
        String.format(Locale.ROOT, "%.2f s", measured(result).seconds().median()),
        parts);
  }

  private Optional<Picture> settings() {
    List<BarChart.Bar> bars = new ArrayList<>();
    List<NetworkSetting> present = new ArrayList<>();
    Optional<Integer> batch = Optional.empty();
    for (NetworkSetting setting : NetworkSetting.values()) {
      Optional<Integer> common = commonBatch(setting);
      if (common.isPresent()) {
        present.add(setting);
        batch = batch.map(size -> Math.min(size, common.get())).or(() -> common);
      }
    }
    if (present.size() < 2 || batch.isEmpty()) {
      return Optional.empty();
    }
    for (NetworkSetting setting : present) {
      for (BenchSystem system : BenchSystem.values()) {
        find(system, setting, batch.get())
            .ifPresent(
                result ->
                    bars.add(
                        new BarChart.Bar(
                            system.title() + ", " + setting.description(),
                            String.format(
                                Locale.ROOT, "%.3g", measured(result).imagesPerSecond().median()),
                            List.of(
                                new BarChart.Part(
                                    system.title(),
                                    Palette.system(system),
                                    measured(result).imagesPerSecond().median())))));
      }
    }
    return Optional.of(
        new BarChart(
            "networks",
            "Images a second against delay and rate, batch of %d, %s"
                .formatted(batch.get(), network),
            bars));
  }

  private Optional<Picture> accuracy() {
    List<DotChart.Row> rows = new ArrayList<>();
    for (BenchSystem system : BenchSystem.values()) {
      cells.stream()
          .filter(result -> result.cell().system().equals(system.id()))
          .max(Comparator.comparingInt(result -> measured(result).imagesChecked()))
          .ifPresent(
              result -> {
                CellResult.Measured figures = measured(result);
                Double share = figures.accuracy();
                Double reference = figures.plaintextAccuracy();
                if (share != null && reference != null) {
                  rows.add(
                      new DotChart.Row(
                          "%s, %d images".formatted(system.title(), figures.imagesChecked()),
                          Palette.system(system),
                          share,
                          reference));
                }
              });
    }
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DotChart("accuracy", "Accuracy, " + network, "encrypted", "in the clear", rows));
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
