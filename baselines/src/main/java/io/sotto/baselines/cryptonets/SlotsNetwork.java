package io.sotto.baselines.cryptonets;

import io.sotto.baselines.slots.SlotParameters;
import io.sotto.baselines.slots.SlotRows;
import io.sotto.ckks.LinearMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What only the server knows of a network on slots.
 *
 * @param layers in order; the last one isn't squared
 * @param floodBits noise of up to 2^floodBits is added to each coefficient of the results
 */
public record SlotsNetwork(List<Layer> layers, int floodBits) implements AutoCloseable {
  /** {@code y = W x + b}, squared or not. */
  public static final class Layer implements AutoCloseable {
    private final LinearMap map;
    private final double weightScale;
    private final double[] bias;
    private final boolean squared;

    /**
     * Takes the map over.
     *
     * @param map integer weights
     * @param weightScale what they are scaled by
     * @param bias one for each output
     */
    public Layer(LinearMap map, double weightScale, double[] bias, boolean squared) {
      if (bias.length != map.outputs()) {
        throw new IllegalArgumentException(
            "%d biases given for %d outputs".formatted(bias.length, map.outputs()));
      }
      this.map = map;
      this.weightScale = weightScale;
      this.bias = bias.clone();
      this.squared = squared;
    }

    LinearMap map() {
      return map;
    }

    double weightScale() {
      return weightScale;
    }

    double[] bias() {
      return bias;
    }

    boolean squared() {
      return squared;
    }

    /** The layer in the clear, {@code [element][image]}. */
    double[] apply(double[] values, int images) {
      double[] result = map.applyPlain(values, images);
      for (int i = 0; i < result.length; i++) {
        double sum = result[i] / weightScale + bias[i / images];
        result[i] = squared ? sum * sum : sum;
      }
      return result;
    }

    /** Wipes the weights. */
    @Override
    public void close() {
      map.close();
      Arrays.fill(bias, 0);
    }
  }

  public SlotsNetwork {
    layers = List.copyOf(layers);
    if (layers.isEmpty() || layers.get(layers.size() - 1).squared()) {
      throw new IllegalArgumentException("a network on slots ends with a linear layer");
    }
  }

  /** Where there are fewer sums of squares than squares, the sums are relinearised. */
  public static boolean relinearisesSums(int squares, int sums) {
    return sums < squares;
  }

  boolean relinearisesSums(int layer) {
    return relinearisesSums(
        layers.get(layer).map().outputs(), layers.get(layer + 1).map().outputs());
  }

  /** The most that ciphertexts take at a time: what a layer takes and what it gives. */
  long memoryBytes(SlotParameters parameters) {
    int level = parameters.topLevel();
    long most = 0;
    long held = SlotRows.memoryBytes(parameters, level, 2, layers.get(0).map().inputs());
    for (int i = 0; i < layers.size(); i++) {
      int outputs = layers.get(i).map().outputs();
      boolean ofSums = i > 0 && layers.get(i - 1).squared() && relinearisesSums(i - 1);
      List<Long> given = new ArrayList<>();
      if (ofSums) {
        given.add(SlotRows.memoryBytes(parameters, level, 3, outputs));
      }
      given.add(SlotRows.memoryBytes(parameters, level, 2, outputs));
      if (layers.get(i).squared()) {
        level -= 2;
        given.add(SlotRows.memoryBytes(parameters, level, 3, outputs));
        if (!relinearisesSums(i)) {
          given.add(SlotRows.memoryBytes(parameters, level, 2, outputs));
        }
      } else if (i < layers.size() - 1) {
        level--;
        given.add(SlotRows.memoryBytes(parameters, level, 2, outputs));
      }
      for (long next : given) {
        most = Math.max(most, held + next);
        held = next;
      }
    }
    return most;
  }

  @Override
  public void close() {
    layers.forEach(Layer::close);
  }
}
