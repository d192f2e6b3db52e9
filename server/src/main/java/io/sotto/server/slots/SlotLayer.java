package io.sotto.server.slots;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A linear layer in real numbers, squared or not: blocks whose rows follow each other.
 *
 * @param inputs elements that it takes
 * @param bias one number an output
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; large.
record SlotLayer(String name, int inputs, List<Block> blocks, double[] bias, boolean squared) {
  /** What a reference says that refers to no input. */
  static final int ZERO = -1;

  /**
   * Some rows.
   *
   * @param refs the inputs that the columns belong to, or {@link #ZERO}
   * @param weights row after row; blocks with the same weights share the array
   */
  record Block(int[] refs, double[] weights) {
    int rows() {
      return weights.length / refs.length;
    }
  }

  SlotLayer {
    blocks = List.copyOf(blocks);
  }

  /** Takes some of its inputs in another order: {@code y[i] = x[refs[i]]}. */
  static SlotLayer select(String name, int inputs, int[] refs) {
    double[] one = {1};
    List<Block> blocks = new ArrayList<>(refs.length);
    for (int ref : refs) {
      blocks.add(new Block(new int[] {ref}, one));
    }
    return new SlotLayer(name, inputs, blocks, new double[refs.length], false);
  }

  int outputs() {
    return bias.length;
  }

  double maxWeight() {
    double max = 0;
    for (Block block : blocks) {
      for (double weight : block.weights()) {
        max = Math.max(max, Math.abs(weight));
      }
    }
    return max;
  }

  SlotLayer square() {
    return new SlotLayer(name, inputs, blocks, bias, true);
  }

  /** {@code factors[i] * y[i] + offsets[i]} of each output. */
  SlotLayer scaled(float[] factors, float[] offsets) {
    double[] scaledBias = bias.clone();
    List<Block> scaled = new ArrayList<>(blocks.size());
    Map<List<Object>, double[]> known = new HashMap<>();
    int output = 0;
    for (Block block : blocks) {
      int columns = block.refs().length;
      double[] weights = block.weights().clone();
      List<Object> key = new ArrayList<>();
      key.add(System.identityHashCode(block.weights()));
      for (int row = 0; row < block.rows(); row++) {
        double factor = factors[output + row];
        key.add(factor);
        for (int column = 0; column < columns; column++) {
          weights[row * columns + column] *= factor;
        }
        scaledBias[output + row] = scaledBias[output + row] * factor + offsets[output + row];
      }
      scaled.add(new Block(block.refs(), known.computeIfAbsent(key, unused -> weights)));
      output += block.rows();
    }
    return new SlotLayer(name, inputs, scaled, scaledBias, squared);
  }
}
