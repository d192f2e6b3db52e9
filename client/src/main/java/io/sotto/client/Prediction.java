package io.sotto.client;

import io.sotto.converter.session.StepReport;
import java.util.List;

/**
 * What a model says to a batch.
 *
 * @param outputs one row an image, in the order of the batch
 * @param steps what each step of the plan took, the input first; a batch that was split gives the
 *     sums over its parts
 * @param nanos from the start of the first part to the end of the last
 */
public record Prediction(Tensor outputs, List<StepReport> steps, long nanos) {
  public Prediction {
    steps = List.copyOf(steps);
  }

  /** Images a second, session setup not included. */
  public double imagesPerSecond() {
    return outputs.rows() * 1e9 / Math.max(1, nanos);
  }
}
