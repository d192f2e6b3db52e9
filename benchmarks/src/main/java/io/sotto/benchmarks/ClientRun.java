package io.sotto.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sotto.client.cli.LayerRow;
import java.util.List;

/**
 * What the client process of {@code sotto bench mnist} measured, as it tells the process that
 * started it.
 *
 * @param connectSeconds TCP, TLS and the greeting
 * @param setupSeconds keys and base transfers
 * @param setupBytes both directions, all that the socket moved before the first batch
 * @param batches each measured one
 * @param singleSeconds of each batch of one image
 * @param bytesSent by the socket in the measured batches
 * @param bytesReceived by the socket in the measured batches
 * @param client its processor time in the measured batches, its peak memory in the whole session
 * @param server as {@code client}
 */
record ClientRun(
    @JsonProperty("connect_seconds") double connectSeconds,
    @JsonProperty("setup_seconds") double setupSeconds,
    @JsonProperty("setup_bytes") long setupBytes,
    List<Batch> batches,
    @JsonProperty("single_seconds") List<Double> singleSeconds,
    @JsonProperty("bytes_sent") long bytesSent,
    @JsonProperty("bytes_received") long bytesReceived,
    ProcessUsage client,
    ProcessUsage server) {

  /** One batch. */
  record Batch(double seconds, List<LayerRow> layers) {
    Batch {
      layers = List.copyOf(layers);
    }
  }

  ClientRun {
    batches = List.copyOf(batches);
    singleSeconds = List.copyOf(singleSeconds);
  }
}
