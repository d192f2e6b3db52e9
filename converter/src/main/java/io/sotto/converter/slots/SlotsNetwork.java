package io.sotto.converter.slots;

import io.sotto.ckks.LinearMap;
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

  @Override
  public void close() {
    layers.forEach(Layer::close);
  }
}
