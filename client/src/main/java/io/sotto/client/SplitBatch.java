package io.sotto.client;

import io.sotto.converter.plan.Plan;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.session.StepReport;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch in fixed point, which runs in parts as large as the session takes.
 *
 * @param reveals what its outputs are made of
 * @param inputs of the model, all of as many images
 * @param clipped numbers that were outside the model's range and taken as its ends
 * @param mostImages of a part
 */
record SplitBatch(
    List<RevealSpec> reveals, List<FixedTensor> inputs, long clipped, int mostImages) {

  /**
   * Checks a batch and turns it into fixed point.
   *
   * @throws IllegalArgumentException if the model or the rules don't take it
   */
  static SplitBatch of(Plan plan, List<Tensor> batch, BatchRules rules) {
    List<FixedTensor> inputs = Batches.quantize(plan, batch, rules.clips());
    Batches.requireRoom(plan, inputs.get(0).images(), rules.memoryLimit());
    long clipped = rules.clips() ? Batches.outside(plan, batch) : 0;
    return new SplitBatch(plan.reveals(), inputs, clipped, rules.mostImages());
  }

  /** Runs the parts, one after another. */
  Prediction predict(ClientSession session) {
    long start = System.nanoTime();
    int images = inputs.get(0).images();
    List<float[]> rows = new ArrayList<>();
    for (RevealSpec reveal : reveals) {
      rows.add(new float[Math.multiplyExact(images, reveal.shape().elements())]);
    }
    List<StepReport> steps = List.of();
    for (int from = 0; from < images; from += mostImages) {
      ClientSession.Prediction part =
          session.predict(part(from, Math.min(images, from + mostImages)));
      for (int i = 0; i < rows.size(); i++) {
        Batches.place(part.results().get(i), from, rows.get(i));
      }
      steps = Batches.plus(steps, part.steps());
    }
    return new Prediction(results(images, rows), steps, System.nanoTime() - start, clipped);
  }

  private List<FixedTensor> part(int from, int to) {
    return inputs.stream().map(input -> Batches.slice(input, from, to)).toList();
  }

  private List<Tensor> results(int images, List<float[]> rows) {
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      RevealSpec reveal = reveals.get(i);
      if (reveal.activation() == RevealSpec.Activation.SOFTMAX) {
        Batches.softmax(rows.get(i), reveal.shape().lastDimension());
      }
      results.add(new Tensor(Batches.outputShape(images, reveal.shape()), rows.get(i)));
    }
    return results;
  }
}
