package io.sotto.server.compile.steps;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.server.model.CompileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one ring of a plan: the smallest of at least 128 bits of security in which every linear step
 * is exact, see {@link NoiseBound}; and for each step the narrowest response in it.
 *
 * @param noise of each linear step in this ring, in order
 */
public record RingChoice(RingParameters ring, List<NoiseBound> noise) {
  /** A linear step's width L and weights. */
  record Step(String name, int wideBits, LinearMap map) {
    private Optional<NoiseBound> in(RingParameters ring) {
      return ParameterPlanner.in(ring, wideBits, map.maxL1Norm(), map.maxL2Norm());
    }

    private void requireRing() {
      try {
        ParameterPlanner.choose(wideBits, map.maxL1Norm(), map.maxL2Norm());
      } catch (IllegalArgumentException e) {
        throw new CompileException(
            "%s fits no ring: %s; lower max-bits or the fractions".formatted(name, e.getMessage()));
      }
    }
  }

  static RingChoice of(List<Step> steps) {
    for (RingParameters ring : ParameterPlanner.rings()) {
      List<NoiseBound> noise = noise(steps, ring);
      if (noise.size() == steps.size()) {
        return new RingChoice(ring, noise);
      }
    }
    steps.forEach(Step::requireRing);
    throw new CompileException("no ring suits all layers; lower max-bits or the fractions");
  }

  /** Of the steps that are exact in this ring, up to the first that isn't. */
  private static List<NoiseBound> noise(List<Step> steps, RingParameters ring) {
    List<NoiseBound> noise = new ArrayList<>();
    for (Step step : steps) {
      Optional<NoiseBound> bound = step.in(ring);
      if (bound.isEmpty()) {
        break;
      }
      noise.add(bound.get());
    }
    return noise;
  }
}
