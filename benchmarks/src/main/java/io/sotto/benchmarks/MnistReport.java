package io.sotto.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sotto.client.cli.LayerRow;
import java.util.List;

/**
 * What {@code sotto bench mnist --json} writes.
 *
 * @param imagesPerSecond of the median batch
 * @param latencyMsSingleImage of the median batch of one image, in the session of the others
 * @param bytesPerImage what the socket moved in both directions in the measured batches, TLS
 *     included, setup not
 * @param accuracy share of the images whose encrypted prediction is the label
 * @param agreement share of the images whose encrypted prediction is TensorFlow's
 * @param maxLogitError the largest distance of an output from the fixed-point twin's, in units in
 *     the last place
 * @param imagesChecked different images that the three figures above are about
 * @param cpuSecondsClient processor time of all measured batches together, by /proc/PID/stat
 * @param cpuSecondsServer as {@code cpuSecondsClient}
 * @param peakRssMbClient VmHWM of /proc/PID/status at the session's end, of the whole process
 * @param peakRssMbServer as {@code peakRssMbClient}; loading the model is part of it
 * @param batchSeconds each measured batch
 * @param layers the median time of each stage as the client saw it, and its bytes in one batch
 */
@JsonPropertyOrder({
  "images_per_second",
  "latency_ms_single_image",
  "bytes_per_image",
  "accuracy",
  "agreement",
  "cpu_seconds_client",
  "cpu_seconds_server",
  "peak_rss_mb_client",
  "peak_rss_mb_server"
})
public record MnistReport(
    @JsonProperty("images_per_second") double imagesPerSecond,
    @JsonProperty("images_per_second_spread") Spread imagesPerSecondSpread,
    @JsonProperty("latency_ms_single_image") double latencyMsSingleImage,
    @JsonProperty("latency_ms_single_image_spread") Spread latencySpread,
    @JsonProperty("bytes_per_image") double bytesPerImage,
    @JsonProperty("bytes_sent_per_image") double bytesSentPerImage,
    @JsonProperty("bytes_received_per_image") double bytesReceivedPerImage,
    double accuracy,
    @JsonProperty("plaintext_accuracy") double plaintextAccuracy,
    double agreement,
    @JsonProperty("max_logit_error") double maxLogitError,
    @JsonProperty("images_checked") int imagesChecked,
    @JsonProperty("cpu_seconds_client") double cpuSecondsClient,
    @JsonProperty("cpu_seconds_server") double cpuSecondsServer,
    @JsonProperty("cpu_ms_per_image_client") double cpuMsPerImageClient,
    @JsonProperty("cpu_ms_per_image_server") double cpuMsPerImageServer,
    @JsonProperty("peak_rss_mb_client") double peakRssMbClient,
    @JsonProperty("peak_rss_mb_server") double peakRssMbServer,
    @JsonProperty("connect_seconds") double connectSeconds,
    @JsonProperty("setup_seconds") double setupSeconds,
    @JsonProperty("setup_bytes") long setupBytes,
    int batch,
    int sessions,
    int batches,
    int warmup,
    @JsonProperty("batch_seconds") List<Double> batchSeconds,
    List<LayerRow> layers,
    String model,
    boolean tls,
    Machine machine,
    String date) {
  public MnistReport {
    batchSeconds = List.copyOf(batchSeconds);
    layers = List.copyOf(layers);
  }
}
