package io.sotto.server.calibrate;

import io.sotto.graph.Graph;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.FixedPointSettings;

/** What is calibrated, on which samples and how well, and the threads that do it. */
record CalibrationTask(
    Lowered lowered,
    FixedPointSettings settings,
    Samples samples,
    Goal goal,
    Progress progress,
    Workers workers) {
  Graph graph() {
    return lowered.graph();
  }

  /** The same of the numbers that outputs tell the places of, where they do. */
  CalibrationTask comparable() {
    Graph comparable = FloatReference.comparable(graph());
    return comparable.equals(graph())
        ? this
        : new CalibrationTask(
            Lowered.of(comparable, false), settings, samples, goal, progress, workers);
  }
}
