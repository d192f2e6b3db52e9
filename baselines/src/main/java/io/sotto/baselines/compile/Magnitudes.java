package io.sotto.baselines.compile;

import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.graph.Graph;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large values may be, by what calibration saw and the settings say.
 *
 * @param ranges null without calibration
 */
record Magnitudes(FixedPointSettings settings, @Nullable Ranges ranges) {
  private static final int INPUT_BITS = 40;

  /** Whether values were measured. */
  boolean calibrated() {
    return ranges != null;
  }

  /** The input's format: the calibrated range or the one that was set. */
  InputSpec input(Graph graph) {
    double limit =
        settings.inputLimit() != null
            ? settings.inputLimit()
            : ranges != null
                ? Math.max(seen(ranges, graph.input().name()), 1e-6) * settings.headroom()
                : 1;
    TensorShape shape = new TensorShape(graph.input().shape().dims());
    int fraction = settings.inputFraction();
    return new InputSpec(
        shape,
        new ExactFormat(shape.elements(), INPUT_BITS, fraction),
        Math.max(1, (long) Math.ceil(Math.scalb(limit, fraction))));
  }

  /** The most that a node's values are to be; without calibration what is given instead. */
  double most(String node, double unknown) {
    return ranges == null ? unknown : seen(ranges, node) * settings.headroom();
  }

  private static double seen(Ranges ranges, String node) {
    List<Double> ends = ranges.nodes().get(node);
    if (ends == null) {
      throw new CompileException("calibration saw no node " + node);
    }
    return ends.stream().mapToDouble(Math::abs).max().orElse(0);
  }
}
