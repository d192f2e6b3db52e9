package io.sotto.server.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code y = W x + b} in double precision, W being given as blocks whose rows follow each other.
 *
 * <p>A block refers to the inputs that it takes, in the order of its matrix's columns; -1 stands
 * for a constant zero. The positions of a convolution are blocks that share one matrix.
 *
 * @param inputs elements of x
 * @param bias b, one number an output
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; large.
record AffineMap(int inputs, List<Block> blocks, double[] bias) {
  /** What a reference says that refers to no input. */
  static final int ZERO = -1;

  /** Some rows of W: the inputs they take and the weights. */
  record Block(int[] refs, Matrix weights) {
    Block {
      if (refs.length != weights.columns()) {
        throw new IllegalArgumentException(
            "%d references given for %d columns".formatted(refs.length, weights.columns()));
      }
    }
  }

  AffineMap {
    blocks = List.copyOf(blocks);
    int rows = 0;
    for (Block block : blocks) {
      for (int ref : block.refs()) {
        if (ref < ZERO || ref >= inputs) {
          throw new IllegalArgumentException(
              "reference %d does not lie within 0..%d".formatted(ref, inputs - 1));
        }
      }
      rows = Math.addExact(rows, block.weights().rows());
    }
    if (rows != bias.length) {
      throw new IllegalArgumentException("%d biases for %d rows".formatted(bias.length, rows));
    }
  }

  /** Without a bias. */
  static AffineMap of(int inputs, List<Block> blocks) {
    return new AffineMap(
        inputs, blocks, new double[blocks.stream().mapToInt(b -> b.weights().rows()).sum()]);
  }

  /** {@code y[i] = x[refs[i]]}. */
  static AffineMap select(int inputs, int[] refs) {
    Matrix one = new Matrix(1, 1, new double[] {1});
    List<Block> blocks = new ArrayList<>(refs.length);
    for (int ref : refs) {
      blocks.add(new Block(new int[] {ref}, one));
    }
    return of(inputs, blocks);
  }

  int outputs() {
    return bias.length;
  }

  double maxWeight() {
    double max = 0;
    for (Matrix weights : blocks.stream().map(Block::weights).distinct().toList()) {
      max = Math.max(max, weights.maxAbs());
    }
    return max;
  }

  /** With one more bias a channel, the channels being the last axis of the outputs. */
  AffineMap plusChannelBias(float[] channels) {
    double[] sum = bias.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += channels[i % channels.length];
    }
    return new AffineMap(inputs, blocks, sum);
  }

  /** {@code z[i] = y[refs[i]]}: other rows of the same map, in another order. */
  AffineMap pick(int[] refs) {
    Rows rows = new Rows();
    Map<Matrix, Matrix> known = new HashMap<>();
    Block nothing = new Block(new int[] {ZERO}, new Matrix(1, 1, new double[1]));
    List<Block> picked = new ArrayList<>(refs.length);
    double[] pickedBias = new double[refs.length];
    for (int i = 0; i < refs.length; i++) {
      int ref = refs[i];
      if (ref == ZERO) {
        picked.add(nothing);
      } else {
        Matrix row = rows.block(ref).weights().row(rows.row(ref));
        picked.add(new Block(rows.block(ref).refs(), known.computeIfAbsent(row, key -> key)));
        pickedBias[i] = bias[ref];
      }
    }
    return new AffineMap(inputs, picked, pickedBias);
  }

  /**
   * This map applied to the results of the inner one, as a single map of the inner one's inputs.
   */
  AffineMap after(AffineMap inner) {
    if (inner.outputs() != inputs) {
      throw new IllegalArgumentException(
          "a map of %d inputs can't follow one of %d outputs".formatted(inputs, inner.outputs()));
    }
    Rows rows = inner.new Rows();
    Map<Matrix, Matrix> known = new HashMap<>();
    List<Block> merged = new ArrayList<>(blocks.size());
    double[] mergedBias = bias.clone();
    int first = 0;
    for (Block block : blocks) {
      merged.add(merge(block, inner, rows, mergedBias, first, known));
      first += block.weights().rows();
    }
    return new AffineMap(inner.inputs, merged, mergedBias);
  }

  private static Block merge(
      Block outer,
      AffineMap inner,
      Rows rows,
      double[] mergedBias,
      int first,
      Map<Matrix, Matrix> known) {
    Map<Integer, Integer> columns = new HashMap<>();
    List<Integer> refs = new ArrayList<>();
    for (int ref : outer.refs()) {
      if (ref != ZERO) {
        for (int source : rows.block(ref).refs()) {
          if (source != ZERO && columns.putIfAbsent(source, refs.size()) == null) {
            refs.add(source);
          }
        }
      }
    }
    if (refs.isEmpty()) {
      refs.add(ZERO);
    }
    int height = outer.weights().rows();
    double[] product = new double[Math.multiplyExact(height, refs.size())];
    for (int k = 0; k < outer.refs().length; k++) {
      int ref = outer.refs()[k];
      if (ref == ZERO) {
        continue;
      }
      Block source = rows.block(ref);
      for (int j = 0; j < source.refs().length; j++) {
        if (source.refs()[j] == ZERO) {
          continue;
        }
        int column = columns.getOrDefault(source.refs()[j], AffineMap.ZERO);
        double factor = source.weights().get(rows.row(ref), j);
        for (int row = 0; row < height; row++) {
          product[row * refs.size() + column] += outer.weights().get(row, k) * factor;
        }
      }
      for (int row = 0; row < height; row++) {
        mergedBias[first + row] += outer.weights().get(row, k) * inner.bias[ref];
      }
    }
    Matrix weights = new Matrix(height, refs.size(), product);
    return new Block(
        refs.stream().mapToInt(Integer::intValue).toArray(),
        known.computeIfAbsent(weights, key -> key));
  }

  /** Which block, and which of its rows, gives each output. */
  private final class Rows {
    private final int[] blockOf = new int[outputs()];
    private final int[] rowOf = new int[outputs()];

    Rows() {
      int output = 0;
      for (int block = 0; block < blocks.size(); block++) {
        for (int row = 0; row < blocks.get(block).weights().rows(); row++) {
          blockOf[output] = block;
          rowOf[output++] = row;
        }
      }
    }

    Block block(int output) {
      return blocks.get(blockOf[output]);
    }

    int row(int output) {
      return rowOf[output];
    }
  }
}
