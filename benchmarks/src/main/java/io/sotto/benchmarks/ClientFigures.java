package io.sotto.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sotto.client.cli.LayerRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the client process of a benchmark measured, as it tells the process that started it.
 *
 * @param connectSeconds TCP, TLS and the greeting
 * @param setupSeconds keys and base transfers
 * @param setupBytes both directions, all that the socket moved before the first batch
 * @param warmUps batches before these, which don't count
 * @param batches each measured one
 * @param singleSeconds of each batch of one image, if there were any
 * @param bytesSent by the socket in the measured batches
 * @param bytesReceived by the socket in the measured batches
 * @param client its processor time in the measured batches, its peak memory in the whole session
 * @param server as {@code client}
 */
public record ClientFigures(
    @JsonProperty("connect_seconds") double connectSeconds,
    @JsonProperty("setup_seconds") double setupSeconds,
    @JsonProperty("setup_bytes") long setupBytes,
    @JsonProperty("warm_ups") int warmUps,
    List<Batch> batches,
    @JsonProperty("single_seconds") List<Double> singleSeconds,
    @JsonProperty("bytes_sent") long bytesSent,
    @JsonProperty("bytes_received") long bytesReceived,
    ProcessUsage client,
    ProcessUsage server) {

  /** One batch. */
  public record Batch(double seconds, List<LayerRow> layers) {
    public Batch {
      layers = List.copyOf(layers);
    }
  }

  public ClientFigures {
    batches = List.copyOf(batches);
    singleSeconds = List.copyOf(singleSeconds);
  }

  /** Reads what {@link #write} wrote. */
  public static ClientFigures read(Path file) throws IOException {
    return new ObjectMapper()
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .readValue(file.toFile(), ClientFigures.class);
  }

  void write(Path file) throws IOException {
    Files.write(file, new ObjectMapper().writeValueAsBytes(this));
  }

  /** Of each measured batch. */
  public List<Double> seconds() {
    return batches.stream().map(Batch::seconds).toList();
  }

  /** Of each stage the median of its times; the rest is the same in every batch. */
  public List<LayerRow> medianLayers() {
    List<LayerRow> rows = new ArrayList<>();
    for (int i = 0; i < batches.get(0).layers().size(); i++) {
      int index = i;
      LayerRow row = batches.get(0).layers().get(i);
      double[] seconds =
          batches.stream().mapToDouble(each -> each.layers().get(index).seconds()).toArray();
      rows.add(
          new LayerRow(
              row.kind(),
              row.shape(),
              Spread.of(seconds).median(),
              row.bytesSent(),
              row.bytesReceived(),
              row.rounds(),
              row.layout()));
    }
    return rows;
  }
}
