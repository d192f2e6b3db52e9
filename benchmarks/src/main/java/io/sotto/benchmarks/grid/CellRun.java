package io.sotto.benchmarks.grid;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sotto.client.cli.LayerRow;
import java.util.List;

/**
 * What the client process of a cell measured, as it tells the process that started it.
 *
 * @param connectSeconds TCP, TLS and the greeting
 * @param setupSeconds keys and base transfers
 * @param setupBytes both directions, before the first batch
 * @param runSeconds of each measured batch
 * @param layers of each measured batch
 * @param bytesSent by the client's socket in all measured batches
 * @param bytesReceived as bytesSent
 * @param cpuSecondsClient in all measured batches
 * @param cpuSecondsServer in all measured batches
 * @param peakRssMbClient of the whole process
 * @param peakRssMbServer of the whole process
 */
record CellRun(
    @JsonProperty("connect_seconds") double connectSeconds,
    @JsonProperty("setup_seconds") double setupSeconds,
    @JsonProperty("setup_bytes") long setupBytes,
    @JsonProperty("run_seconds") List<Double> runSeconds,
    List<List<LayerRow>> layers,
    @JsonProperty("bytes_sent") long bytesSent,
    @JsonProperty("bytes_received") long bytesReceived,
    @JsonProperty("cpu_seconds_client") double cpuSecondsClient,
    @JsonProperty("cpu_seconds_server") double cpuSecondsServer,
    @JsonProperty("peak_rss_mb_client") double peakRssMbClient,
    @JsonProperty("peak_rss_mb_server") double peakRssMbServer) {
  CellRun {
    runSeconds = List.copyOf(runSeconds);
    layers = List.copyOf(layers);
  }
}
