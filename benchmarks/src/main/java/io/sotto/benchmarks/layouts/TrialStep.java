package io.sotto.benchmarks.layouts;

import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.converter.linear.Layout;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.LinearSpec.Arrangement;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.server.compile.layouts.LayoutPlanner.Choice;
import java.util.List;

/** A layer's step in one layout. The weights that all its steps share stay the caller's. */
record TrialStep(LinearServer server, Choice choice) implements AutoCloseable {
  /**
   * The step in that layout which a choice has for so many images.
   *
   * @param batch the same in the batch layout
   */
  static TrialStep of(LinearSpec batch, LinearMap integers, Choice choice, int images) {
    Layout layout = batch.with(choice.arrangements()).arranged(images);
    LinearWeights weights =
        new LinearWeights(integers, new long[integers.outputs()], choice.maps());
    int bits =
        ParameterPlanner.in(
                batch.ring(), batch.wideBits(), weights.maxL1Norm(), weights.maxL2Norm())
            .orElseThrow()
            .shortBits();
    LinearSpec spec =
        new LinearSpec(
            batch.inputs(),
            batch.output(),
            batch.ring(),
            bits,
            List.of(new Arrangement(1, layout)));
    return new TrialStep(new LinearServer(spec, weights), choice);
  }

  Layout layout() {
    return server.spec().arranged(1);
  }

  @Override
  public void close() {
    choice.maps().values().forEach(CiphertextMap::close);
  }
}
