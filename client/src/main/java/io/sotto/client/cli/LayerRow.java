package io.sotto.client.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sotto.converter.session.StepReport;

/**
 * One row of the table: what a step, or another part of the run, took.
 *
 * @param kind of the step; {@code tls} is what the connection adds to the protocol's messages,
 *     {@code setup} the keys and base transfers, {@code input} the start of a batch, {@code end}
 *     the goodbye
 * @param shape numbers an image that go in and come out, empty where nothing does
 */
@JsonPropertyOrder({"kind", "shape", "seconds", "bytes_sent", "bytes_received", "rounds"})
public record LayerRow(
    String kind,
    String shape,
    double seconds,
    @JsonProperty("bytes_sent") long bytesSent,
    @JsonProperty("bytes_received") long bytesReceived,
    long rounds) {

  static LayerRow of(String shape, StepReport report) {
    return new LayerRow(
        report.kind(),
        shape,
        report.nanos() / 1e9,
        report.traffic().bytesSent(),
        report.traffic().bytesReceived(),
        report.traffic().rounds());
  }

  LayerRow plus(LayerRow other) {
    return new LayerRow(
        kind,
        shape,
        seconds + other.seconds,
        bytesSent + other.bytesSent,
        bytesReceived + other.bytesReceived,
        rounds + other.rounds);
  }
}
