package io.sotto.server.compile;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import java.util.ArrayList;
import java.util.List;

/**
 * The one ring of a plan: the smallest of at least 128 bits of security in which every linear step
 * is exact to one unit in the last place, see {@link NoiseBound#lastPlaces}.
 *
 * @param noise of each linear step in this ring, in order
 */
record RingChoice(RingParameters ring, List<NoiseBound> noise) {
  /** Below this much noise, in units of the last place, a result is off by one unit at most. */
  static final double TOLERANCE = 0.5;

  /**
   * What a response has more than the shares. The responses' rounding is amplified by the key to at
   * most 184 units for N = 2048 and 260 for 4096; ten bits make that a fifth, or a quarter, of a
   * unit.
   */
  static final int RESPONSE_GUARD_BITS = 10;

  /** A linear step's formats and weights. */
  record Step(String name, int bits, int wideBits, LinearMap map) {
    int responseBits() {
      return bits + RESPONSE_GUARD_BITS;
    }
  }

  static RingChoice of(List<Step> steps) {
    RingParameters largest = RingParameters.of(11, RingParameters.MIN_MODULUS_BITS);
    for (Step step : steps) {
      RingParameters ring = smallest(step).parameters();
      if (ring.modulusBits() > largest.modulusBits()) {
        largest = ring;
      }
    }
    // A step that alone would do with a smaller degree has more noise at the larger one.
    while (true) {
      List<NoiseBound> noise = noise(steps, largest);
      if (fits(steps, noise)) {
        return new RingChoice(largest, noise);
      }
      if (largest.modulusBits() == RingParameters.secureModulusBits(largest.logDegree())) {
        throw new CompileException(
            "no ring of %d-bit modulus suits all layers; lower max-bits or the fractions"
                .formatted(largest.modulusBits()));
      }
      largest = RingParameters.of(largest.logDegree(), largest.modulusBits() + 1);
    }
  }

  private static NoiseBound smallest(Step step) {
    try {
      return ParameterPlanner.choose(
          step.bits(),
          step.wideBits(),
          step.responseBits(),
          step.map().maxL1Norm(),
          step.map().maxL2Norm(),
          TOLERANCE);
    } catch (IllegalArgumentException e) {
      throw new CompileException(
          "%s fits no ring: %s; lower max-bits or the fractions"
              .formatted(step.name(), e.getMessage()));
    }
  }

  private static List<NoiseBound> noise(List<Step> steps, RingParameters ring) {
    List<NoiseBound> noise = new ArrayList<>();
    for (Step step : steps) {
      noise.add(
          new NoiseBound(
              ring, step.map().maxL1Norm(), step.map().maxL2Norm(), step.responseBits()));
    }
    return noise;
  }

  private static boolean fits(List<Step> steps, List<NoiseBound> noise) {
    for (int i = 0; i < steps.size(); i++) {
      NoiseBound bound = noise.get(i);
      if (bound.lastPlaces(steps.get(i).bits()) >= TOLERANCE
          || bound.shortBits() > bound.parameters().maxShortBits()) {
        return false;
      }
    }
    return true;
  }
}
