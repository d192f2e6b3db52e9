package io.sotto.server.calibrate;

import io.sotto.graph.Graph;
import io.sotto.server.model.FixedPointSettings;

/** What is calibrated, on which samples and how well, and the threads that do it. */
record CalibrationTask(
    Graph graph,
    FixedPointSettings settings,
    Samples samples,
    Goal goal,
    Progress progress,
    Workers workers) {
  /** The same of another graph that takes the same samples. */
  CalibrationTask of(Graph other) {
    return new CalibrationTask(other, settings, samples, goal, progress, workers);
  }
}
