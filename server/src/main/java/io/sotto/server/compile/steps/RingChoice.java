package io.sotto.server.compile.steps;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.server.model.CompileException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The rings of a plan: for each speed at which processors compute modulo q, the smallest ring of at
 * least 128 bits of security in which those linear steps are exact, see {@link NoiseBound}, that
 * need no slower one. So one layer with wide products doesn't slow all others down.
 *
 * @param noise of each linear step in its ring with the narrowest response, in order
 */
public record RingChoice(List<NoiseBound> noise) {
  /** The longest moduli of AVX2's kernels, of AVX-512's, and of all. */
  private static final int[] SPEEDS = {50, 52, RingParameters.MAX_MODULUS_BITS};

  /** Rings have room for layouts in which the square of this many channels share a result. */
  private static final int SHARED = 8;

  /** A modulus that is fast is worth more than room beyond this. */
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

    private CompileException fitsNone() {
      try {
        ParameterPlanner.choose(wideBits, map.maxL1Norm(), map.maxL2Norm());
        return new CompileException("no ring suits all layers; lower max-bits or the fractions");
      } catch (IllegalArgumentException e) {
        return new CompileException(
            "%s fits no ring: %s; lower max-bits or the fractions".formatted(name, e.getMessage()));
      }
    }
  }

  static RingChoice of(List<Step> steps) {
    NoiseBound[] noise = new NoiseBound[steps.size()];
    List<Integer> left = IntStream.range(0, noise.length).boxed().toList();
    for (int bits : SPEEDS) {
      List<RingParameters> rings =
          ParameterPlanner.rings().stream().filter(ring -> ring.modulusBits() <= bits).toList();
      boolean slowest = bits == RingParameters.MAX_MODULUS_BITS;
      List<Integer> some =
          left.stream().filter(i -> slowest || steps.get(i).fits(rings, LEAST_SHARED)).toList();
      List<NoiseBound> of = inOne(some.stream().map(steps::get).toList(), rings);
      for (int i = 0; i < of.size(); i++) {
        noise[some.get(i)] = of.get(i);
      }
      left = left.stream().filter(i -> !some.contains(i)).toList();
    }
    return new RingChoice(List.of(noise));
  }

  /**
   * In the smallest of these rings in which all of some steps are exact, each with the room that it
   * finds.
   */
  private static List<NoiseBound> inOne(List<Step> steps, List<RingParameters> rings) {
    int[] rooms = steps.stream().mapToInt(step -> step.room(rings)).toArray();
    for (boolean roomy : new boolean[] {true, false}) {
      for (RingParameters ring : rings) {
        List<NoiseBound> noise =
            IntStream.range(0, rooms.length)
                .mapToObj(i -> steps.get(i).in(ring, roomy ? rooms[i] : 1))
                .flatMap(Optional::stream)
                .toList();
        if (noise.size() == rooms.length) {
          return noise;
        }
      }
    }
    throw steps.stream()
        .filter(step -> !step.fits(rings, 1))
        .findFirst()
        .orElse(steps.get(0))
        .fitsNone();
  }
}
