package io.sotto.baselines.compile;

import io.sotto.graph.ElementSources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A linear layer in real numbers and what follows it: blocks whose rows follow each other.
 *
 * @param name of the node whose value it gives before the activation
 * @param inputs elements that it takes
 * @param bias one number an output
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; large.
record SlotLayer(
    String name, int inputs, List<Block> blocks, double[] bias, Activation activation) {
  /** What a reference says that refers to no input. */
  static final int ZERO = ElementSources.NOTHING;

  /** What is done to each output. */
  enum Activation {
    NONE,
    SQUARE,
    RELU
  }

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
    return new SlotLayer(name, inputs, blocks, new double[refs.length], Activation.NONE);
  }

  int outputs() {
    return bias.length;
  }

  /** Products with weights, those with zeros included. */
  long multiplications() {
    return blocks.stream().mapToLong(block -> block.weights().length).sum();
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

  boolean squared() {
    return activation == Activation.SQUARE;
  }

  SlotLayer with(Activation chosen) {
    return new SlotLayer(name, inputs, blocks, bias, chosen);
  }

  /** The most that outputs can be in magnitude for inputs of up to a limit. */
  double bound(double limit) {
    double most = 0;
    int output = 0;
    for (Block block : blocks) {
      int columns = block.refs().length;
      for (int row = 0; row < block.rows(); row++) {
        double sum = Math.abs(bias[output++]);
        for (int column = 0; column < columns; column++) {
          if (block.refs()[column] != ZERO) {
            sum += Math.abs(block.weights()[row * columns + column]) * limit;
          }
        }
        most = Math.max(most, sum);
      }
    }
    return most;
  }

  /** This layer, which has no activation, and the next one as one layer. */
  SlotLayer then(SlotLayer next) {
    Block[] sources = new Block[outputs()];
    int[] rows = new int[outputs()];
    int at = 0;
    for (Block block : blocks) {
      for (int row = 0; row < block.rows(); row++) {
        sources[at] = block;
        rows[at++] = row;
      }
    }
    double[] sum = next.bias.clone();
    List<Block> merged = new ArrayList<>(next.blocks.size());
    int output = 0;
    for (Block block : next.blocks) {
      Block made = merged(block, sources, rows, sum, output);
      Block last = merged.isEmpty() ? made : merged.get(merged.size() - 1);
      // Positions of a convolution have the same weights.
      merged.add(
          Arrays.equals(last.weights(), made.weights())
              ? new Block(made.refs(), last.weights())
              : made);
      output += block.rows();
    }
    return new SlotLayer(next.name, inputs, merged, sum, next.activation);
  }

  private Block merged(Block block, Block[] sources, int[] rows, double[] sum, int output) {
    Map<Integer, Integer> columnOf = new LinkedHashMap<>();
    for (int ref : block.refs()) {
      if (ref != ZERO) {
        for (int input : sources[ref].refs()) {
          if (input != ZERO) {
            columnOf.putIfAbsent(input, columnOf.size());
          }
        }
      }
    }
    if (columnOf.isEmpty()) {
      columnOf.put(ZERO, 0);
    }
    int columns = columnOf.size();
    double[] weights = new double[block.rows() * columns];
    int oldColumns = block.refs().length;
    for (int column = 0; column < oldColumns; column++) {
      int ref = block.refs()[column];
      if (ref == ZERO) {
        continue;
      }
      int[] inner = sources[ref].refs();
      for (int row = 0; row < block.rows(); row++) {
        double factor = block.weights()[row * oldColumns + column];
        sum[output + row] += factor * bias[ref];
        for (int i = 0; i < inner.length; i++) {
          if (inner[i] != ZERO) {
            int to = row * columns + columnOf.getOrDefault(inner[i], 0);
            weights[to] += factor * sources[ref].weights()[rows[ref] * inner.length + i];
          }
        }
      }
    }
    return new Block(columnOf.keySet().stream().mapToInt(Integer::intValue).toArray(), weights);
  }

  /** Which of its inputs it refers to. */
  boolean[] used() {
    boolean[] used = new boolean[inputs];
    for (Block block : blocks) {
      for (int ref : block.refs()) {
        if (ref != ZERO) {
          used[ref] = true;
        }
      }
    }
    return used;
  }

  /** Only some of its outputs. */
  SlotLayer keeping(boolean[] kept) {
    List<Block> left = new ArrayList<>(blocks.size());
    int output = 0;
    for (Block block : blocks) {
      int columns = block.refs().length;
      double[] weights = new double[block.weights().length];
      int rows = 0;
      for (int row = 0; row < block.rows(); row++) {
        if (kept[output++]) {
          System.arraycopy(block.weights(), row * columns, weights, rows++ * columns, columns);
        }
      }
      if (rows == block.rows()) {
        left.add(block);
      } else if (rows > 0) {
        left.add(new Block(block.refs(), Arrays.copyOf(weights, rows * columns)));
      }
    }
    double[] biases =
        IntStream.range(0, outputs()).filter(i -> kept[i]).mapToDouble(i -> bias[i]).toArray();
    return new SlotLayer(name, inputs, left, biases, activation);
  }

  /** The same layer of inputs of which only those are left that it refers to. */
  SlotLayer afterKeeping(boolean[] kept) {
    int[] places = new int[inputs];
    int count = 0;
    for (int i = 0; i < inputs; i++) {
      places[i] = kept[i] ? count++ : ZERO;
    }
    List<Block> moved = new ArrayList<>(blocks.size());
    for (Block block : blocks) {
      int[] refs =
          Arrays.stream(block.refs()).map(ref -> ref == ZERO ? ZERO : places[ref]).toArray();
      moved.add(new Block(refs, block.weights()));
    }
    return new SlotLayer(name, count, moved, bias, activation);
  }

  /** {@code factors[i] * y[i] + offsets[i]} of each output. */
  SlotLayer scaled(String by, float[] factors, float[] offsets) {
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
    return new SlotLayer(by, inputs, scaled, scaledBias, activation);
  }
}
