package io.sotto.server.calibrate;

import io.sotto.server.calibrate.FloatReference.Deviation;

/**
 * How exact a model is to be.
 *
 * @param tolerance the largest error, as a share of the largest output
 * @param agreement the share of classes that are the float model's
 * @param runs with fewer bits, at most
 */
record Goal(double tolerance, double agreement, int runs) {
  /** Where other samples follow, a search keeps this share of the tolerance. */
  private static final double MARGIN = 0.9;

  boolean isMet(Deviation deviation) {
    return deviation.wraps() == 0
        && deviation.error() <= tolerance
        && deviation.agreement() >= agreement;
  }

  Goal withRuns(int most) {
    return new Goal(tolerance, agreement, Math.min(runs, most));
  }

  Goal withMargin() {
    return new Goal(tolerance * MARGIN, agreement, runs);
  }
}
