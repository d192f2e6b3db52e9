package io.sotto.server.compile.layouts;

import io.sotto.ckks.WeightsMemory;

/**
 * What layouts other than batch are chosen by.
 *
 * @param costs of this machine
 * @param memory for weights in evaluation form
 */
public record LayoutMeans(UnitCosts costs, WeightsMemory memory) {
  private static final long MEMORY = 768L << 20;

  /** What is taken if nothing is said. */
  public static LayoutMeans standard() {
    return new LayoutMeans(UnitCosts.DEFAULT, new WeightsMemory(MEMORY));
  }
}
