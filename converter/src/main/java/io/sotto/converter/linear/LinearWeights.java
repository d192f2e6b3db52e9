package io.sotto.converter.linear;

import io.sotto.ckks.LinearMap;

/** What only the server knows of a linear step. */
public final class LinearWeights implements AutoCloseable {
  private final LinearMap map;
  private final long[] bias;

  /**
   * @param map integer weights, scaled by {@code 2^fw}; belongs to this object from now on
   * @param bias one for each output, at the scale of the products
   */
  public LinearWeights(LinearMap map, long[] bias) {
    if (bias.length != map.outputs()) {
      throw new IllegalArgumentException(
          "%d biases given for %d outputs".formatted(bias.length, map.outputs()));
    }
    this.map = map;
    this.bias = bias.clone();
  }

  public LinearMap map() {
    return map;
  }

  /** The bias of one output. */
  public long bias(int output) {
    return bias[output];
  }

  /** Wipes the weights. */
  @Override
  public void close() {
    map.close();
  }
}
