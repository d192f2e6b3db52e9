package io.sotto.server.compile.steps;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.server.model.CompileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The rings of a plan, at most two: the smallest of at least 128 bits of security in which every
 * linear step is exact, see {@link NoiseBound}; and, if that is beyond the moduli with which
 * processors are fast, the smallest for those steps that need no such. So one layer with wide
 * products doesn't slow all others down.
 *
 * @param noise of each linear step in its ring with the narrowest response, in order
 */
public record RingChoice(List<NoiseBound> noise) {
  /** The longest modulus for which transforms and products are in the fastest registers. */
  private static final int FAST_BITS = 50;

  /** Rings have room for layouts in which the square of this many channels share a result. */
  private static final int SHARED = 8;

  /** A linear step's width L and weights. */
  record Step(String name, int wideBits, LinearMap map) {
    private Optional<NoiseBound> in(RingParameters ring, int shared) {
      return ParameterPlanner.in(ring, wideBits, map.maxL1Norm(), shared * map.maxL2Norm())
          .flatMap(roomy -> ParameterPlanner.in(ring, wideBits, map.maxL1Norm(), map.maxL2Norm()));
    }

    private boolean isFast() {
      return ParameterPlanner.rings().stream()
          .filter(ring -> ring.modulusBits() <= FAST_BITS)
          .anyMatch(ring -> in(ring, SHARED).isPresent());
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
    List<Step> fast = steps.stream().filter(Step::isFast).toList();
    List<Step> slow = steps.stream().filter(step -> !step.isFast()).toList();
    Iterator<NoiseBound> fastNoise = inOne(fast).iterator();
    Iterator<NoiseBound> slowNoise = inOne(slow).iterator();
    return new RingChoice(
        steps.stream().map(step -> (step.isFast() ? fastNoise : slowNoise).next()).toList());
  }

  /** In the smallest ring in which all of some steps are exact, with room if one has that. */
  private static List<NoiseBound> inOne(List<Step> steps) {
    for (int shared : new int[] {SHARED, 1}) {
      for (RingParameters ring : ParameterPlanner.rings()) {
        List<NoiseBound> noise = noise(steps, ring, shared);
        if (noise.size() == steps.size()) {
          return noise;
        }
      }
    }
    steps.forEach(Step::requireRing);
    throw new CompileException("no ring suits all layers; lower max-bits or the fractions");
  }

  /** Of the steps that are exact in this ring, up to the first that isn't. */
  private static List<NoiseBound> noise(List<Step> steps, RingParameters ring, int shared) {
    List<NoiseBound> noise = new ArrayList<>();
    for (Step step : steps) {
      Optional<NoiseBound> bound = step.in(ring, shared);
      if (bound.isEmpty()) {
        break;
      }
      noise.add(bound.get());
    }
    return noise;
  }
}
