package io.sotto.baselines.slots;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Chooses parameters for layers of encrypted slots: the smallest ring of 128-bit security in which
 * the chain has a prime for every layer's weights and one for every square.
 *
 * <p>The chain, first to last: a prime of 60 bits that holds the results; for each layer but the
 * last, last layer first, a prime that brings the square back to the scale of fresh numbers if the
 * layer is squared, and one of the size of its weights; and one of 60 bits for key switching.
 */
public final class SlotPlanner {
  /** Weights as integers stay below this magnitude. */
  public static final double WEIGHT_BOUND = (1 << 20) - 1;

  private static final int OUTER_BITS = 60;
  private static final int MIN_PRIME_BITS = 20;
  private static final int MIN_SCALE_BITS = 26;

  /** More would be taken from the last layer's weights: results' scale is that of both. */
  private static final int MAX_SCALE_BITS = 34;

  private static final int MIN_LOG_DEGREE = 13;
  private static final int MAX_LOG_DEGREE = 15;

  private SlotPlanner() {}

  /**
   * A layer to plan for.
   *
   * @param maxWeight the largest magnitude of a weight
   * @param squared whether its results are squared
   */
  public record Layer(double maxWeight, boolean squared) {}

  /** Parameters, and what the weights of each layer but the last are scaled by. */
  public record Choice(SlotParameters parameters, List<Double> weightScales) {
    public Choice {
      weightScales = List.copyOf(weightScales);
    }
  }

  /**
   * The smallest ring and the largest scale that fit.
   *
   * @param layers all but the last
   * @throws IllegalArgumentException if no ring has room for so many layers
   */
  public static Choice choose(List<Layer> layers) {
    for (int logDegree = MIN_LOG_DEGREE; logDegree <= MAX_LOG_DEGREE; logDegree++) {
      for (int scaleBits = MAX_SCALE_BITS; scaleBits >= MIN_SCALE_BITS; scaleBits--) {
        Optional<Choice> choice = choice(layers, logDegree, scaleBits);
        if (choice.isPresent()) {
          return choice.get();
        }
      }
    }
    throw new IllegalArgumentException(
        "%d layers with %d squares need more levels than a ring of degree 2^%d has room for"
            .formatted(
                layers.size() + 1, layers.stream().filter(Layer::squared).count(), MAX_LOG_DEGREE));
  }

  private static Optional<Choice> choice(List<Layer> layers, int logDegree, int scaleBits) {
    // Below this there are too few primes that are 1 modulo 2N.
    int weightBits = MIN_PRIME_BITS + 2 * (logDegree - MIN_LOG_DEGREE);
    List<Integer> bits = new ArrayList<>();
    List<Double> weightScales = new ArrayList<>();
    double current = scaleBits;
    bits.add(OUTER_BITS);
    for (Layer layer : layers) {
      double weightScale =
          Math.min(Math.scalb(1.0, weightBits), WEIGHT_BOUND / Math.max(layer.maxWeight(), 1e-9));
      weightScales.add(weightScale);
      bits.add(weightBits);
      current += Math.log(weightScale) / Math.log(2) - weightBits;
      if (layer.squared()) {
        int square = (int) Math.round(2 * current - scaleBits);
        if (square < MIN_PRIME_BITS) {
          return Optional.empty();
        }
        bits.add(square);
        current = 2 * current - square;
      }
    }
    bits.add(OUTER_BITS);
    // Levels are used from the end of the chain, before the last prime.
    Collections.reverse(bits.subList(1, bits.size() - 1));
    if (bits.stream().mapToInt(Integer::intValue).sum() > SlotParameters.secureBits(logDegree)) {
      return Optional.empty();
    }
    return Optional.of(
        new Choice(
            new SlotParameters(logDegree, bits, scaleBits, SlotParameters.Security.BITS_128),
            weightScales));
  }
}
