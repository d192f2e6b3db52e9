package io.sotto.server.compile.steps;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.server.model.CompileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rings of a plan, at most two: the smallest of at least 128 bits of security in which every
 * linear step is exact, see {@link NoiseBound}; and, if that is beyond the moduli with which
 * processors are fast, the smallest for those steps that need no such. So one layer with wide
 * products doesn't slow all others down.
 *
 * @param noise of each linear step in its ring with the narrowest response, in order
 */
public record RingChoice(List<NoiseBound> noise) {
  /** Rings have room for layouts in which the square of this many channels share a result. */
  private static final int SHARED = 8;

  /** What is worth more than this room is a modulus that is fast. */
  private static final int LEAST_SHARED = 2;

  /** A linear step's width L and weights. */
  record Step(String name, int wideBits, LinearMap map) {
    private Optional<NoiseBound> in(RingParameters ring, int shared) {
      return ParameterPlanner.in(ring, wideBits, map.maxL1Norm(), shared * map.maxL2Norm())
          .flatMap(roomy -> ParameterPlanner.in(ring, wideBits, map.maxL1Norm(), map.maxL2Norm()));
    }

    /** Is there a ring with such room? */
    private boolean fits(List<RingParameters> rings, int shared) {
      return rings.stream().anyMatch(ring -> in(ring, shared).isPresent());
    }

    /** The most room of some that there is. */
    private int room(List<RingParameters> rings) {
      return IntStream.of(SHARED, LEAST_SHARED).filter(s -> fits(rings, s)).findFirst().orElse(1);
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
    List<RingParameters> rings = ParameterPlanner.rings();
    List<RingParameters> fastRings =
        rings.stream().filter(r -> r.modulusBits() <= ParameterPlanner.fastBits()).toList();
    Map<Boolean, List<Step>> byFast =
        steps.stream()
            .collect(Collectors.partitioningBy(step -> step.fits(fastRings, LEAST_SHARED)));
    Map<Step, NoiseBound> noise = new HashMap<>();
    byFast.forEach((fast, some) -> noise.putAll(inOne(some, fast ? fastRings : rings)));
    return new RingChoice(steps.stream().map(noise::get).toList());
  }

  /** In the smallest of these rings in which all of some steps are exact, each with its room. */
  private static Map<Step, NoiseBound> inOne(List<Step> steps, List<RingParameters> rings) {
    Map<Step, Integer> rooms = new HashMap<>();
    steps.forEach(step -> rooms.put(step, step.room(rings)));
    for (boolean roomy : new boolean[] {true, false}) {
      for (RingParameters ring : rings) {
        Map<Step, NoiseBound> noise = new HashMap<>();
        for (Step step : steps) {
          int shared = roomy ? rooms.getOrDefault(step, 1) : 1;
          step.in(ring, shared).ifPresent(bound -> noise.put(step, bound));
        }
        if (noise.size() == steps.size()) {
          return noise;
        }
      }
    }
    steps.forEach(Step::requireRing);
    throw new CompileException("no ring suits all layers; lower max-bits or the fractions");
  }
}
