package io.sotto.server.compile.affine;

import io.sotto.graph.ElementSources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
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
    for (Matrix weights : blocks.stream().map(Block::weights).distinct().toList()) {
      max = Math.max(max, weights.maxAbs());
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
      boolean some = Arrays.stream(block.refs()).anyMatch(ref -> ref != ZERO);
      Arrays.fill(computed, output, output + block.weights().rows(), some);
      output += block.weights().rows();
    }
    return computed;
  }

  /**
   * {@code z[i] = y[refs[i]]}: other rows of the same map, in another order. Rows of a block that
   * follow each other stay together.
   */
  public AffineMap pick(int[] refs) {
    Rows rows = new Rows();
    Slices slices = new Slices();
    List<Block> picked = new ArrayList<>();
    double[] pickedBias = new double[refs.length];
    int i = 0;
    while (i < refs.length) {
      int ref = refs[i];
      int count = 1;
      if (ref == ZERO) {
        while (i + count < refs.length && refs[i + count] == ZERO) {
          count++;
        }
        picked.add(slices.nothing(count));
      } else {
        Block block = rows.block(ref);
        int row = rows.row(ref);
        int left = block.weights().rows() - row;
        while (count < left && i + count < refs.length && refs[i + count] == ref + count) {
          count++;
        }
        for (int k = 0; k < count; k++) {
          pickedBias[i + k] = bias[ref + k];
        }
        picked.add(new Block(block.refs(), slices.of(block.weights(), row, count)));
      }
      i += count;
    }
    return new AffineMap(inputs, picked, pickedBias);
  }

  /** {@code factors[i] * y[i]}. */
  public AffineMap scaledRows(double[] factors) {
    IdentityHashMap<Matrix, Map<List<Double>, Matrix>> known = new IdentityHashMap<>();
    List<Block> scaled = new ArrayList<>(blocks.size());
    double[] scaledBias = bias.clone();
    int output = 0;
    for (Block block : blocks) {
      List<Double> some = new ArrayList<>();
      for (int row = 0; row < block.weights().rows(); row++) {
        some.add(factors[output]);
        scaledBias[output] *= factors[output];
        output++;
      }
      Matrix weights =
          known
              .computeIfAbsent(block.weights(), key -> new HashMap<>())
              .computeIfAbsent(some, f -> block.weights().scaledRows(f));
      scaled.add(new Block(block.refs(), weights));
    }
    return new AffineMap(inputs, scaled, scaledBias);
  }

  /** This map of {@code factors[i] * x[i]}. */
  public AffineMap scaledColumns(double[] factors) {
    if (Arrays.stream(factors).allMatch(factor -> factor == 1)) {
      return this;
    }
    // Where a reference is to nothing any factor will do, so that the border of a convolution
    // shares the matrix of its middle.
    IdentityHashMap<Matrix, List<double[]>> kinds = new IdentityHashMap<>();
    for (Block block : blocks) {
      merge(kinds.computeIfAbsent(block.weights(), key -> new ArrayList<>()), block, factors);
    }
    IdentityHashMap<double[], Matrix> known = new IdentityHashMap<>();
    List<Block> scaled = new ArrayList<>(blocks.size());
    for (Block block : blocks) {
      double[] kind = merge(kinds.getOrDefault(block.weights(), new ArrayList<>()), block, factors);
      scaled.add(
          new Block(
              block.refs(), known.computeIfAbsent(kind, f -> block.weights().scaledColumns(f))));
    }
    return new AffineMap(inputs, scaled, bias);
  }

  /** Finds the kind of column factors that a block can use, or adds one; NaN is for any factor. */
  private static double[] merge(List<double[]> kinds, Block block, double[] factors) {
    int[] refs = block.refs();
    for (double[] kind : kinds) {
      boolean fits = true;
      for (int k = 0; k < refs.length && fits; k++) {
        fits = refs[k] == ZERO || Double.isNaN(kind[k]) || kind[k] == factors[refs[k]];
      }
      if (fits) {
        for (int k = 0; k < refs.length; k++) {
          kind[k] = refs[k] == ZERO ? kind[k] : factors[refs[k]];
        }
        return kind;
      }
    }
    double[] kind = new double[refs.length];
    for (int k = 0; k < refs.length; k++) {
      kind[k] = refs[k] == ZERO ? Double.NaN : factors[refs[k]];
    }
    kinds.add(kind);
    return kind;
  }

  /** The sum of two maps of the same inputs. */
  public AffineMap plus(AffineMap other) {
    if (other.inputs != inputs || other.outputs() != outputs()) {
      throw new IllegalArgumentException("only maps of one shape have a sum");
    }
    Rows mine = new Rows();
    Rows theirs = other.new Rows();
    Slices slices = new Slices();
    IdentityHashMap<Matrix, IdentityHashMap<Matrix, Matrix>> joined = new IdentityHashMap<>();
    List<Block> sum = new ArrayList<>();
    int output = 0;
    while (output < outputs()) {
      Block a = mine.block(output);
      Block b = theirs.block(output);
      int count =
          Math.min(a.weights().rows() - mine.row(output), b.weights().rows() - theirs.row(output));
      Matrix first = slices.of(a.weights(), mine.row(output), count);
      Matrix second = slices.of(b.weights(), theirs.row(output), count);
      if (isNothing(b)) {
        sum.add(new Block(a.refs(), first));
      } else if (isNothing(a)) {
        sum.add(new Block(b.refs(), second));
      } else {
        int[] refs = Arrays.copyOf(a.refs(), a.refs().length + b.refs().length);
        System.arraycopy(b.refs(), 0, refs, a.refs().length, b.refs().length);
        sum.add(
            new Block(
                refs,
                joined
                    .computeIfAbsent(first, key -> new IdentityHashMap<>())
                    .computeIfAbsent(second, first::beside)));
      }
      output += count;
    }
    return new AffineMap(inputs, sum, bias).plusBias(other.bias);
  }

  private static boolean isNothing(Block block) {
    return Arrays.stream(block.refs()).allMatch(ref -> ref == ZERO);
  }

  /** Rows of matrices, each made once. */
  private static final class Slices {
    private final IdentityHashMap<Matrix, Map<Long, Matrix>> known = new IdentityHashMap<>();
    private final Map<Integer, Block> nothing = new HashMap<>();

    Matrix of(Matrix matrix, int row, int count) {
      if (count == matrix.rows()) {
        return matrix;
      }
      return known
          .computeIfAbsent(matrix, key -> new HashMap<>())
          .computeIfAbsent(
              (long) row * matrix.rows() + count, key -> matrix.rows(row, row + count));
    }

    Block nothing(int count) {
      return nothing.computeIfAbsent(
          count, n -> new Block(new int[] {ZERO}, new Matrix(n, 1, new double[n])));
    }
  }

  /**
   * This map applied to the results of the inner one, as a single map of the inner one's inputs.
   */
  public AffineMap after(AffineMap inner) {
    if (inner.outputs() != inputs) {
      throw new IllegalArgumentException(
          "a map of %d inputs can't follow one of %d outputs".formatted(inputs, inner.outputs()));
    }
    if (inner.isMonomial()) {
      return afterMonomial(inner);
    }
    if (isMonomial()) {
      Rows own = new Rows();
      int[] refs = new int[outputs()];
      double[] factors = new double[outputs()];
      for (int i = 0; i < refs.length; i++) {
        refs[i] = own.block(i).refs()[0];
        factors[i] = own.block(i).weights().get(own.row(i), 0);
      }
      return inner.pick(refs).scaledRows(factors).plusBias(bias);
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

  /** Does every output take one input at most? */
  private boolean isMonomial() {
    return blocks.stream().allMatch(block -> block.refs().length == 1);
  }

  private AffineMap afterMonomial(AffineMap inner) {
    Rows rows = inner.new Rows();
    int[] places = new int[inputs];
    double[] factors = new double[inputs];
    for (int i = 0; i < inputs; i++) {
      places[i] = rows.block(i).refs()[0];
      factors[i] = rows.block(i).weights().get(rows.row(i), 0);
    }
    AffineMap moved = scaledColumns(factors).renumbered(places, inner.inputs);
    boolean biased = Arrays.stream(inner.bias).anyMatch(b -> b != 0);
    return biased ? moved.withBias(apply(inner.bias)) : moved;
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
          double weight = outer.weights().get(row, k);
          if (weight != 0) {
            product[row * refs.size() + column] += weight * factor;
          }
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
