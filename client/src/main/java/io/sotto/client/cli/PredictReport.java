package io.sotto.client.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * The figures of one {@code sotto predict}, as {@code --json} writes them.
 *
 * @param seconds for all batches, without connecting and setup
 * @param bytesSent what the socket took: the sum of the rows
 * @param bytesReceived what the socket gave: the sum of the rows
 */
@JsonPropertyOrder({
  "server",
  "tls",
  "images",
  "images_per_second",
  "seconds",
  "setup_seconds",
  "bytes_sent",
  "bytes_received",
  "layers"
})
public record PredictReport(
    String server,
    boolean tls,
    int images,
    @JsonProperty("images_per_second") double imagesPerSecond,
    double seconds,
    @JsonProperty("setup_seconds") double setupSeconds,
    @JsonProperty("bytes_sent") long bytesSent,
    @JsonProperty("bytes_received") long bytesReceived,
    List<LayerRow> layers) {
  public PredictReport {
    layers = List.copyOf(layers);
  }
}
