package io.sotto.server.compile.affine;

import io.sotto.graph.ElementSources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
public record AffineMap(int inputs, List<Block> blocks, double[] bias) {
  /** What a reference says that refers to no input. */
  public static final int ZERO = ElementSources.NOTHING;

  /** Some rows of W: the inputs they take and the weights. */
  public record Block(int[] refs, Matrix weights) {
    public Block {
      if (refs.length != weights.columns()) {
        throw new IllegalArgumentException(
            "%d references given for %d columns".formatted(refs.length, weights.columns()));
      }
    }

    /** Does it take no input at all? */
    boolean isNothing() {
      return Arrays.stream(refs).allMatch(ref -> ref == ZERO);
    }
  }

  public AffineMap {
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
  public static AffineMap of(int inputs, List<Block> blocks) {
    return new AffineMap(
        inputs, blocks, new double[blocks.stream().mapToInt(b -> b.weights().rows()).sum()]);
  }

  public int outputs() {
    return bias.length;
  }

  /** Weights times inputs, nothing included. */
  public long multiplications() {
    return blocks.stream()
        .mapToLong(block -> (long) block.refs().length * block.weights().rows())
        .sum();
  }

  /** The largest magnitude of the weights of each input. */
  public double[] maxWeights() {
    double[] largest = new double[inputs];
    IdentityHashMap<Matrix, double[]> known = new IdentityHashMap<>();
    for (Block block : blocks) {
      double[] columns = known.computeIfAbsent(block.weights(), Matrix::maxAbsByColumn);
      for (int k = 0; k < columns.length; k++) {
        int ref = block.refs()[k];
        if (ref != ZERO) {
          largest[ref] = Math.max(largest[ref], columns[k]);
        }
      }
    }
    return largest;
  }

  public double maxWeight() {
    double max = 0;
    Set<Matrix> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Block block : blocks) {
      max = seen.add(block.weights()) ? Math.max(max, block.weights().maxAbs()) : max;
    }
    return max;
  }

  /** {@code y[i] = factors[i] * x[refs[i]]}. */
  public static AffineMap monomial(int inputs, int[] refs, double[] factors) {
    Map<Double, Matrix> known = new HashMap<>();
    List<Block> blocks = new ArrayList<>(refs.length);
    for (int i = 0; i < refs.length; i++) {
      Matrix factor = known.computeIfAbsent(factors[i], f -> new Matrix(1, 1, new double[] {f}));
      blocks.add(new Block(new int[] {refs[i]}, factor));
    }
    return of(inputs, blocks);
  }

  /** The same map with other biases. */
  public AffineMap withBias(double[] other) {
    return new AffineMap(inputs, blocks, other);
  }

  /** The same map with these numbers added to the biases. */
  public AffineMap plusBias(double[] other) {
    double[] sum = bias.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return withBias(sum);
  }

  /** The results for one x. */
  public double[] apply(double[] x) {
    double[] y = bias.clone();
    int output = 0;
    for (Block block : blocks) {
      for (int row = 0; row < block.weights().rows(); row++) {
        for (int k = 0; k < block.refs().length; k++) {
          int ref = block.refs()[k];
          if (ref != ZERO) {
            y[output] += block.weights().get(row, k) * x[ref];
          }
        }
        output++;
      }
    }
    return y;
  }

  /** The same map of other inputs: input i is the new input {@code places[i]}, or no more there. */
  public AffineMap renumbered(int[] places, int newInputs) {
    IdentityHashMap<int[], int[]> known = new IdentityHashMap<>();
    List<Block> moved = new ArrayList<>(blocks.size());
    for (Block block : blocks) {
      int[] refs =
          known.computeIfAbsent(
              block.refs(),
              old -> Arrays.stream(old).map(ref -> ref == ZERO ? ZERO : places[ref]).toArray());
      moved.add(new Block(refs, block.weights()));
    }
    return new AffineMap(newInputs, moved, bias);
  }

  /** Which inputs some output refers to. */
  public boolean[] used() {
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

  /** Which outputs refer to an input; the others are their bias. */
  public boolean[] computed() {
    boolean[] computed = new boolean[outputs()];
    int output = 0;
    for (Block block : blocks) {
      Arrays.fill(computed, output, output + block.weights().rows(), !block.isNothing());
      output += block.weights().rows();
    }
    return computed;
  }

  /**
   * {@code z[i] = y[refs[i]]}: other rows of the same map, in another order. Rows of a block that
   * follow each other stay together.
   */
  public AffineMap pick(int[] refs) {
    return PickedRows.of(this, refs);
  }

  /** {@code factors[i] * y[i]}. */
  public AffineMap scaledRows(double[] factors) {
    return Scaling.rows(this, factors);
  }

  /** This map of {@code factors[i] * x[i]}. */
  public AffineMap scaledColumns(double[] factors) {
    return Scaling.columns(this, factors);
  }

  /** The sum of two maps of the same inputs. */
  public AffineMap plus(AffineMap other) {
    return Sum.of(this, other);
  }

  /**
   * This map applied to the results of the inner one, as a single map of the inner one's inputs.
   */
  public AffineMap after(AffineMap inner) {
    return Composition.of(this, inner);
  }

  /** What {@link #after} costs as a linear layer; nothing is multiplied out. */
  public LinearCost costAfter(AffineMap inner) {
    return Composition.cost(this, inner);
  }

  /** Does every output take one input at most? */
  public boolean isMonomial() {
    return blocks.stream().allMatch(block -> block.refs().length == 1);
  }
}
