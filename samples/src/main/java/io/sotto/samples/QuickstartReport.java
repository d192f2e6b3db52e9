package io.sotto.samples;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sotto.client.cli.LayerRow;
import java.util.List;

/**
 * What {@code target/quickstart.json} holds.
 *
 * @param accuracy share of images whose encrypted prediction is the label
 * @param agreement share of images whose encrypted prediction is TensorFlow's
 * @param maxLogitError the largest distance of an output from the fixed-point twin's, in units in
 *     the last place
 * @param seconds for all images, without connecting and setup
 */
@JsonPropertyOrder({
  "images",
  "accuracy",
  "plaintext_accuracy",
  "agreement",
  "max_logit_error",
  "images_per_second",
  "seconds",
  "setup_seconds",
  "bytes_sent",
  "bytes_received",
  "layers",
  "machine",
  "threads",
  "date",
  "tls"
})
public record QuickstartReport(
    int images,
    double accuracy,
    @JsonProperty("plaintext_accuracy") double plaintextAccuracy,
    double agreement,
    @JsonProperty("max_logit_error") double maxLogitError,
    @JsonProperty("images_per_second") double imagesPerSecond,
    double seconds,
    @JsonProperty("setup_seconds") double setupSeconds,
    @JsonProperty("bytes_sent") long bytesSent,
    @JsonProperty("bytes_received") long bytesReceived,
    List<LayerRow> layers,
    String machine,
    int threads,
    String date,
    boolean tls) {
  public QuickstartReport {
    layers = List.copyOf(layers);
  }
}
