package io.sotto.baselines.compile;

import io.sotto.baselines.cryptonets.SlotsNetwork;
import io.sotto.baselines.slots.SlotParameters;
import io.sotto.baselines.slots.SlotPlanner;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one layer of two that no activation lies between, which saves a level of primes but may
 * take more multiplications: a pooling and the dense layer after it are cheaper as one, two dense
 * layers with a narrow place between them are not.
 */
final class SlotMerger {
  /**
   * What a number-theoretic transform takes of a row, in multiplications of a row by an integer:
   * estimated from a profile at N = 8192 on AVX2; 10 or 40 would change few decisions.
   */
  private static final double TRANSFORM = 20;

  private SlotMerger() {}

  /** Merges all that can be. */
  static List<SlotLayer> all(List<SlotLayer> layers) {
    List<SlotLayer> merged = new ArrayList<>(layers);
    for (int i = 0; i < merged.size() - 1; ) {
      if (merged.get(i).activation() == SlotLayer.Activation.NONE) {
        merged = merged(merged, i);
      } else {
        i++;
      }
    }
    return List.copyOf(merged);
  }

  /** Merges, first to last, what is no dearer on ciphertexts alone with than without. */
  static List<SlotLayer> cheapest(List<SlotLayer> layers) {
    List<SlotLayer> best = layers;
    for (int i = 0; i < best.size() - 1; ) {
      if (best.get(i).activation() == SlotLayer.Activation.NONE) {
        List<SlotLayer> candidate = merged(best, i);
        if (cost(candidate) <= cost(best)) {
          best = candidate;
          continue;
        }
      }
      i++;
    }
    return List.copyOf(best);
  }

  private static List<SlotLayer> merged(List<SlotLayer> layers, int first) {
    List<SlotLayer> merged = new ArrayList<>(layers);
    merged.set(first, layers.get(first).then(merged.remove(first + 1)));
    return merged;
  }

  /** All but the last as the planner takes them. */
  static List<SlotPlanner.Layer> planned(List<SlotLayer> layers) {
    return layers.subList(0, layers.size() - 1).stream()
        .map(layer -> new SlotPlanner.Layer(layer.maxWeight(), layer.squared()))
        .toList();
  }

  /**
   * Multiplications of coefficients by integers, or what takes as long; infinite if no ring does.
   */
  static double cost(List<SlotLayer> layers) {
    SlotParameters parameters;
    try {
      parameters = SlotPlanner.choose(planned(layers)).parameters();
    } catch (IllegalArgumentException e) {
      return Double.POSITIVE_INFINITY;
    }
    double rows = 0;
    int level = parameters.topLevel();
    boolean products = false;
    for (int i = 0; i < layers.size(); i++) {
      SlotLayer layer = layers.get(i);
      rows += (double) layer.multiplications() * (products ? 3 : 2) * (level + 1);
      if (products) {
        rows += layer.outputs() * relinearisation(level);
        products = false;
      }
      if (layer.squared()) {
        rows += layer.outputs() * (rescaling(2, level) + rescaling(3, level - 1));
        level -= 2;
        products = SlotsNetwork.relinearisesSums(layer.outputs(), layers.get(i + 1).outputs());
        if (!products) {
          rows += layer.outputs() * relinearisation(level);
        }
      } else if (i < layers.size() - 1) {
        rows += layer.outputs() * rescaling(2, level);
        level--;
      }
    }
    return rows * parameters.degree();
  }

  /** The last prime's rows back from transformed form, and into that of the other primes. */
  private static double rescaling(int parts, int level) {
    return parts * (level + 1) * TRANSFORM;
  }

  /** Each prime's row into the form of all others and of the key's, and the key's prime away. */
  private static double relinearisation(int level) {
    int primes = level + 1;
    return (primes + primes * (primes + 1.0) + 2 * (primes + 1.0)) * TRANSFORM;
  }
}
