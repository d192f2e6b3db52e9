package io.sotto.client.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sotto.client.Prediction;
import io.sotto.client.ServedModel;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.session.StepReport;
import io.sotto.converter.shares.ShareFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One row of the table: what a step, or another part of the run, took.
 *
 * @param kind of the step; {@code tls} is what the connection adds to the protocol's messages,
 *     {@code setup} the keys and base transfers, {@code input} the start of a batch, {@code end}
 *     the goodbye
 * @param shape numbers an image that go in and come out, empty where nothing does
 * @param layout how they lie in ciphertexts, in words; empty where there are none
 */
@JsonPropertyOrder({"kind", "shape", "seconds", "bytes_sent", "bytes_received", "rounds", "layout"})
public record LayerRow(
    String kind,
    String shape,
    double seconds,
    @JsonProperty("bytes_sent") long bytesSent,
    @JsonProperty("bytes_received") long bytesReceived,
    long rounds,
    String layout) {

  static LayerRow of(String shape, StepReport report) {
    return of(shape, report, "");
  }

  private static LayerRow of(String shape, StepReport report, String layout) {
    return new LayerRow(
        report.kind(),
        shape,
        report.nanos() / 1e9,
        report.traffic().bytesSent(),
        report.traffic().bytesReceived(),
        report.traffic().rounds(),
        layout);
  }

  /** The rows of a prediction: the input, then each step of the plan. */
  public static List<LayerRow> of(ServedModel model, Prediction prediction) {
    List<StepReport> steps = prediction.steps();
    int images = Math.min(prediction.results().get(0).rows(), model.maxBatch());
    List<LayerRow> rows = new ArrayList<>();
    rows.add(of(String.valueOf(steps.get(0).elements()), steps.get(0)));
    for (int i = 1; i < steps.size(); i++) {
      PlanStep step = model.plan().steps().get(i - 1);
      String inputs =
          step.spec().inputs().stream()
              .map(ShareFormat::elements)
              .map(String::valueOf)
              .collect(Collectors.joining("+"));
      rows.add(
          of(
              inputs + " -> " + step.spec().output().elements(),
              steps.get(i),
              step.spec().layout(images)));
    }
    return rows;
  }

  LayerRow plus(LayerRow other) {
    return new LayerRow(
        kind,
        shape,
        seconds + other.seconds,
        bytesSent + other.bytesSent,
        bytesReceived + other.bytesReceived,
        rounds + other.rounds,
        layout);
  }
}
