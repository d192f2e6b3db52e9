package io.sotto.baselines.compile;

import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.Matrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A linear layer in real numbers and what follows it.
 *
 * @param name of the node whose value it gives before the activation
 */
record SlotLayer(String name, AffineMap map, Activation activation) {
  /** What is done to each output. */
  enum Activation {
    NONE,
    SQUARE,
    RELU
  }

  /** Without an activation. */
  SlotLayer(String name, AffineMap map) {
    this(name, map, Activation.NONE);
  }

  /** Takes some of its inputs in another order: {@code y[i] = x[refs[i]]}. */
  static SlotLayer select(String name, int inputs, int[] refs) {
    double[] ones = new double[refs.length];
    Arrays.fill(ones, 1);
    return new SlotLayer(name, AffineMap.monomial(inputs, refs, ones));
  }

  int outputs() {
    return map.outputs();
  }

  /** Products with weights, those with zeros included. */
  long multiplications() {
    return map.blocks().stream()
        .mapToLong(block -> (long) block.weights().rows() * block.weights().columns())
        .sum();
  }

  double maxWeight() {
    return map.maxWeight();
  }

  boolean squared() {
    return activation == Activation.SQUARE;
  }

  SlotLayer with(Activation chosen) {
    return new SlotLayer(name, map, chosen);
  }

  /** The most that outputs can be in magnitude for inputs of up to a limit. */
  double bound(double limit) {
    double most = 0;
    int output = 0;
    for (AffineMap.Block block : map.blocks()) {
      for (int row = 0; row < block.weights().rows(); row++) {
        double sum = Math.abs(map.bias()[output++]) + absolute(block, row) * limit;
        most = Math.max(most, sum);
      }
    }
    return most;
  }

  /** The sum of a row's weights in magnitude. */
  private static double absolute(AffineMap.Block block, int row) {
    Matrix weights = block.weights();
    double sum = 0;
    for (int column = 0; column < weights.columns(); column++) {
      if (block.refs()[column] != AffineMap.ZERO) {
        sum += Math.abs(weights.get(row, column));
      }
    }
    return sum;
  }

  /** This layer, which has no activation, and the next one as one layer. */
  SlotLayer then(SlotLayer next) {
    return new SlotLayer(next.name, next.map.after(map), next.activation);
  }

  /** Which of its inputs it refers to. */
  boolean[] used() {
    return map.used();
  }

  /** Only some of its outputs. */
  SlotLayer keeping(boolean[] kept) {
    int[] left = IntStream.range(0, outputs()).filter(i -> kept[i]).toArray();
    return left.length == outputs() ? this : new SlotLayer(name, map.pick(left), activation);
  }

  /** The same layer of inputs of which only those are left that it refers to. */
  SlotLayer afterKeeping(boolean[] kept) {
    int[] places = new int[map.inputs()];
    int count = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = kept[i] ? count++ : AffineMap.ZERO;
    }
    return new SlotLayer(name, map.renumbered(places, count), activation);
  }

  /** {@code factors[i] * y[i] + offsets[i]} of each output. */
  SlotLayer scaled(String by, double[] factors, double[] offsets) {
    return new SlotLayer(by, map.scaledRows(factors).plusBias(offsets), activation);
  }
}
