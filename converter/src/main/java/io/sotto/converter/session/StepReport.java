package io.sotto.converter.session;

import io.sotto.channel.Traffic;

/**
 * What one row of a run took, as one party saw it. The rows of a session add up to all that crossed
 * its channel.
 *
 * @param kind of the step, or {@code setup} or {@code input}
 * @param elements what the row gives an image, 0 for the setup
 */
public record StepReport(String kind, int elements, long nanos, Traffic traffic) {

  /** The same row over two runs. */
  public StepReport plus(StepReport other) {
    return new StepReport(kind, elements, nanos + other.nanos, traffic.plus(other.traffic));
  }
}
