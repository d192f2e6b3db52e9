package io.sotto.benchmarks.grid;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sotto.benchmarks.Machine;
import io.sotto.benchmarks.Spread;
import io.sotto.client.cli.LayerRow;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sotto bench single --json} writes.
 *
 * @param name as it was asked for
 * @param runs predictions that count
 * @param warmUps predictions before these, which don't
 * @param relu how the server finds carries and signs
 * @param setting name of the {@link NetworkSetting}
 * @param medianMs of a prediction of all its images
 * @param bytesSent by the client's socket for a prediction, TLS included
 * @param cpuMsClient processor time of all threads for a prediction
 * @param peakRssMbClient of the whole process, VmHWM
 * @param imagesChecked different images that the next three figures are about
 * @param agreement share whose class is TensorFlow's
 * @param maxError the largest distance of an output from TensorFlow's
 * @param accuracy share whose class is the label, null without labels
 * @param stages seconds of a prediction by kind of step, as the client saw them
 * @param layers the median time of each step, and its bytes
 * @param runMs each of the runs
 */
record SingleReport(
    String name,
    int images,
    int runs,
    int warmUps,
    String relu,
    String setting,
    double medianMs,
    double minMs,
    double maxMs,
    long bytesSent,
    long bytesReceived,
    long rounds,
    double cpuMsClient,
    double cpuMsServer,
    @JsonProperty("peak_rss_mb_client") double peakRssMbClient,
    @JsonProperty("peak_rss_mb_server") double peakRssMbServer,
    int imagesChecked,
    double agreement,
    double maxError,
    @Nullable Double accuracy,
    double setupMs,
    Map<String, Double> stages,
    List<LayerRow> layers,
    List<Double> runMs,
    Machine machine,
    String date) {
  private static final double MILLIS = 1e3;

  SingleReport {
    stages = new TreeMap<>(stages);
    layers = List.copyOf(layers);
    runMs = List.copyOf(runMs);
  }

  /** Tells of a cell. */
  static SingleReport of(String name, String relu, CellResult result) {
    CellResult.Measured figures = result.measured();
    if (figures == null) {
      throw new IllegalArgumentException(result.cell() + " wasn't measured");
    }
    Spread seconds = figures.seconds();
    return new SingleReport(
        name,
        result.cell().batch(),
        figures.runSeconds().size(),
        figures.warmUps(),
        relu,
        result.cell().setting(),
        MILLIS * seconds.median(),
        MILLIS * seconds.min(),
        MILLIS * seconds.max(),
        Math.round(figures.bytesSent()),
        Math.round(figures.bytesReceived()),
        figures.rounds(),
        MILLIS * figures.cpuSecondsClient(),
        MILLIS * figures.cpuSecondsServer(),
        figures.peakRssMbClient(),
        figures.peakRssMbServer(),
        figures.imagesChecked(),
        figures.agreement(),
        figures.maxErrorToPlaintext(),
        figures.accuracy(),
        MILLIS * (figures.connectSeconds() + figures.setupSeconds()),
        stages(figures.layers()),
        figures.layers(),
        figures.runSeconds().stream().map(each -> MILLIS * each).toList(),
        result.machine(),
        result.date());
  }

  private static Map<String, Double> stages(List<LayerRow> layers) {
    Map<String, Double> stages = new TreeMap<>();
    layers.forEach(layer -> stages.merge(layer.kind(), layer.seconds(), Double::sum));
    return stages;
  }
}
