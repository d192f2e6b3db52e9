package io.sotto.benchmarks.layouts;

import io.sotto.benchmarks.Spread;
import io.sotto.converter.linear.Layout;
import io.sotto.server.compile.layouts.LayoutSearch.Candidate;
import java.util.List;

/**
 * What the clock said of a layer.
 *
 * @param layouts how many there are
 * @param timed those that were timed one after the other
 * @param chosen by the planner
 * @param best by the clock; timed in turn with the one that was chosen
 */
record TrialResult(LayerCase layer, int layouts, List<Timed> timed, Final chosen, Final best) {
  TrialResult {
    timed = List.copyOf(timed);
  }

  /** Microseconds until both parties had their shares, by the costs and by the clock. */
  record Timed(Candidate candidate, double expected, Spread micros) {}

  /** By the clock, of a layout among the last few. */
  record Final(Layout layout, Spread micros) {}

  /** How much slower than the best the planner's choice is; 1 if it is the best. */
  double ratio() {
    return chosen.micros.median() / best.micros.median();
  }
}
