package io.sotto.client;

import io.sotto.converter.session.StepReport;
import io.sotto.data.Tensor;
import java.util.List;

/**
 * What a model says to a batch.
 *
 * @param results for each output of the model one row an image, in the order of the batch
 * @param steps what each step of the plan took, the input first; a batch that was split gives the
 *     sums over its parts
 * @param nanos from the start of the first part to the end of the last
 * @param clipped numbers of the inputs that were outside the model's range and taken as its ends,
 *     with {@link SottoClient.Builder#clipInputs}
 */
public record Prediction(List<Tensor> results, List<StepReport> steps, long nanos, long clipped) {
  public Prediction {
    results = List.copyOf(results);
    steps = List.copyOf(steps);
  }

  /**
   * The output, of a model that has one.
   *
   * @throws IllegalStateException if it has several
   */
  public Tensor outputs() {
    return ServedModel.only(results, "outputs");
  }

  /** Images a second, session setup not included. */
  public double imagesPerSecond() {
    return results.get(0).rows() * 1e9 / Math.max(1, nanos);
  }
}
