package io.sotto.ckks;

import io.sotto.natives.LinearKernel;
import io.sotto.natives.NativeBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A linear map with small integer weights from numbered inputs to numbered outputs: a list of
 * blocks, each of which computes some consecutive outputs from inputs that it refers to. A dense
 * layer is one block; a convolution is a block a position, all with one {@link WeightMatrix}.
 *
 * <p><b>Security.</b> Holds the model's weights. Time and memory accesses depend on the shape only,
 * never on a weight: zeros are multiplied like others. Weights in native memory are wiped when
 * closed.
 *
 * <p><b>Threading.</b> Immutable; may be applied by many threads; closed once.
 *
 * <p><b>Failure.</b> A map that isn't one is refused by {@link Builder#build}; the wrong number of
 * inputs is an {@link IllegalArgumentException}.
 */
public final class LinearMap implements AutoCloseable {
  /** A reference to no input: zero. */
  public static final int PADDING = -1;

  private final int inputs;
  private final int outputs;
  private final List<Block> blocks;
  private final NativeBuffer memory;
  private final double[] l1Norms;
  private final double[] l2Norms;

  private LinearMap(int inputs, int outputs, List<Block> blocks, NativeBuffer memory) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.blocks = blocks;
    this.memory = memory;
    this.l1Norms = new double[outputs];
    this.l2Norms = new double[outputs];
    norms();
  }

  private static final class Block {
    final int[] refs;
    final int firstOutput;
    final WeightMatrix weights;
    final NativeBuffer nativeRefs;
    final NativeBuffer nativeWeights;

    Block(Builder.Pending block, NativeBuffer nativeRefs, NativeBuffer nativeWeights) {
      this.refs = block.refs;
      this.firstOutput = block.firstOutput;
      this.weights = block.weights;
      this.nativeRefs = nativeRefs;
      this.nativeWeights = nativeWeights;
    }
  }

  public static Builder builder(int inputs, int outputs) {
    return new Builder(inputs, outputs);
  }

  /** A dense layer: every output from every input. */
  public static LinearMap dense(int inputs, WeightMatrix weights) {
    int[] refs = new int[inputs];
    Arrays.setAll(refs, i -> i);
    return builder(inputs, weights.rows()).block(refs, 0, weights).build();
  }

  public int inputs() {
    return inputs;
  }

  public int outputs() {
    return outputs;
  }

  /** Multiplications of one weight by one input value, padding included. */
  public long multiplications() {
    return blocks.stream().mapToLong(block -> block.weights.weights().length).sum();
  }

  /** Sum of the absolute weights of an output. */
  public double l1Norm(int output) {
    return l1Norms[output];
  }

  /** Root of the sum of the squared weights of an output. */
  public double l2Norm(int output) {
    return l2Norms[output];
  }

  /** The largest {@link #l1Norm}. */
  public double maxL1Norm() {
    return Arrays.stream(l1Norms).max().orElse(0);
  }

  /** The largest {@link #l2Norm}. */
  public double maxL2Norm() {
    return Arrays.stream(l2Norms).max().orElse(0);
  }

  /** Applies the map to ciphertexts. */
  public Accumulated apply(InputBlock block) {
    return apply(block, 0, outputs);
  }

  /** Some consecutive outputs of the map applied to ciphertexts. */
  public Accumulated apply(InputBlock block, int firstOutput, int count) {
    if (block.count() != inputs) {
      throw new IllegalArgumentException(
          block.count() + " ciphertexts given to a map of " + inputs + " inputs");
    }
    Ring ring = block.ring();
    CoefficientPolys c0 = CoefficientPolys.allocate(ring, count);
    try {
      NttPolys c1 = NttPolys.allocate(ring, count);
      try {
        applyToHeads(block, firstOutput, c0);
        apply(ring.modulus(), ring.degree(), block.c1().buffer(), firstOutput, count, c1.buffer());
        return new Accumulated(c0, c1);
      } catch (RuntimeException | Error e) {
        c1.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      c0.close();
      throw e;
    }
  }

  private void applyToHeads(InputBlock block, int firstOutput, CoefficientPolys out) {
    long q = block.ring().modulus();
    int used = block.used();
    if (used == block.ring().degree()) {
      apply(q, used, block.c0(), firstOutput, out.count(), out.buffer());
      return;
    }
    try (NativeBuffer heads =
        NativeBuffer.allocate(Math.multiplyExact(out.count(), used * (long) Long.BYTES))) {
      apply(q, used, block.c0(), firstOutput, out.count(), heads);
      out.setHeads(heads, used);
    }
  }

  /**
   * Applies the map to plain rows of residues.
   *
   * @param modulus odd and below 2^60
   * @param columns residues in a row
   * @param in a row for each input
   * @param out memory for a row for each output
   */
  public void apply(long modulus, int columns, NativeBuffer in, NativeBuffer out) {
    apply(modulus, columns, in, 0, outputs, out);
  }

  /** As {@link #apply(long, int, NativeBuffer, NativeBuffer)}, some consecutive outputs of it. */
  private void apply(
      long modulus, int columns, NativeBuffer in, int firstOutput, int count, NativeBuffer out) {
    if (firstOutput < 0 || count < 1 || count > outputs - firstOutput) {
      throw new IndexOutOfBoundsException(
          "outputs " + firstOutput + " to " + ((long) firstOutput + count) + " of " + outputs);
    }
    long rowBytes = (long) columns * Long.BYTES;
    for (Block block : blocks) {
      int from = Math.max(block.firstOutput, firstOutput);
      int to = Math.min(block.firstOutput + block.weights.rows(), firstOutput + count);
      if (from >= to) {
        continue;
      }
      long weightsBytes = (long) block.refs.length * Integer.BYTES;
      LinearKernel.accumulate(
          modulus,
          in.slice(0, inputs * rowBytes),
          columns,
          block.nativeRefs,
          block.refs.length,
          block.nativeWeights.slice(
              (from - block.firstOutput) * weightsBytes, (to - from) * weightsBytes),
          to - from,
          out.slice((from - firstOutput) * rowBytes, (to - from) * rowBytes));
    }
  }

  /**
   * The twin of {@link #apply} in the clear, modulo 2^64.
   *
   * @param values [input][image]
   * @return [output][image]
   */
  public long[] applyPlain(long[] values, int images) {
    if (values.length != Math.multiplyExact(inputs, images)) {
      throw new IllegalArgumentException(
          values.length + " values for " + inputs + " inputs and " + images + " images");
    }
    long[] result = new long[Math.multiplyExact(outputs, images)];
    for (Block block : blocks) {
      for (int row = 0; row < block.weights.rows(); row++) {
        int to = (block.firstOutput + row) * images;
        for (int i = 0; i < block.refs.length; i++) {
          if (block.refs[i] == PADDING) {
            continue;
          }
          long weight = block.weights.at(row, i);
          int from = block.refs[i] * images;
          for (int image = 0; image < images; image++) {
            result[to + image] += weight * values[from + image];
          }
        }
      }
    }
    return result;
  }

  /**
   * The same on real numbers, the weights taken as integers.
   *
   * @param values [input][image]
   * @return [output][image]
   */
  public double[] applyPlain(double[] values, int images) {
    if (values.length != Math.multiplyExact(inputs, images)) {
      throw new IllegalArgumentException(
          values.length + " values for " + inputs + " inputs and " + images + " images");
    }
    double[] result = new double[Math.multiplyExact(outputs, images)];
    for (Block block : blocks) {
      for (int row = 0; row < block.weights.rows(); row++) {
        int to = (block.firstOutput + row) * images;
        for (int i = 0; i < block.refs.length; i++) {
          if (block.refs[i] == PADDING) {
            continue;
          }
          double weight = block.weights.at(row, i);
          int from = block.refs[i] * images;
          for (int image = 0; image < images; image++) {
            result[to + image] += weight * values[from + image];
          }
        }
      }
    }
    return result;
  }

  private void norms() {
    Map<WeightMatrix, double[][]> plain = new HashMap<>();
    for (Block block : blocks) {
      double[][] norms =
          isPlain(block.refs)
              ? plain.computeIfAbsent(block.weights, w -> norms(block))
              : norms(block);
      System.arraycopy(norms[0], 0, l1Norms, block.firstOutput, block.weights.rows());
      System.arraycopy(norms[1], 0, l2Norms, block.firstOutput, block.weights.rows());
    }
  }

  /** Is every reference to an input, and each to another one? */
  private static boolean isPlain(int[] refs) {
    int[] sorted = refs.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        return false;
      }
    }
    return sorted[0] != PADDING;
  }

  /** Weights of one input that is referred to more than once add up. */
  private static double[][] norms(Block block) {
    Map<Integer, Integer> places = new HashMap<>();
    int[] place = new int[block.refs.length];
    for (int i = 0; i < place.length; i++) {
      int ref = block.refs[i];
      place[i] = ref == PADDING ? PADDING : places.computeIfAbsent(ref, r -> places.size());
    }
    double[] l1 = new double[block.weights.rows()];
    double[] l2 = new double[block.weights.rows()];
    for (int row = 0; row < l1.length; row++) {
      long[] sums = new long[places.size()];
      for (int i = 0; i < place.length; i++) {
        if (place[i] != PADDING) {
          sums[place[i]] += block.weights.at(row, i);
        }
      }
      double squares = 0;
      for (long sum : sums) {
        l1[row] += Math.abs(sum);
        squares += (double) sum * sum;
      }
      l2[row] = Math.sqrt(squares);
    }
    return new double[][] {l1, l2};
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public String toString() {
    return "LinearMap[" + inputs + " -> " + outputs + ", " + blocks.size() + " blocks]";
  }

  /** Collects the blocks of a map, which compute every output exactly once. */
  public static final class Builder {
    private final int inputs;
    private final int outputs;
    private final BitSet computed = new BitSet();
    private final List<Pending> pending = new ArrayList<>();

    private static final class Pending {
      final int[] refs;
      final int firstOutput;
      final WeightMatrix weights;

      Pending(int[] refs, int firstOutput, WeightMatrix weights) {
        this.refs = refs;
        this.firstOutput = firstOutput;
        this.weights = weights;
      }
    }

    private Builder(int inputs, int outputs) {
      if (inputs < 1 || outputs < 1) {
        throw new IllegalArgumentException(
            "a map from "
                + inputs
                + " inputs to "
                + outputs
                + " outputs; give at least one of each");
      }
      this.inputs = inputs;
      this.outputs = outputs;
    }

    /**
     * Adds a block: output firstOutput + o is the sum of weights[o][i] * input[refs[i]].
     *
     * @param refs numbers of inputs or {@link #PADDING}, one for each column of the weights
     */
    public Builder block(int[] refs, int firstOutput, WeightMatrix weights) {
      if (refs.length != weights.columns()) {
        throw new IllegalArgumentException(
            refs.length + " references for " + weights.columns() + " weights an output");
      }
      for (int ref : refs) {
        if (ref < PADDING || ref >= inputs) {
          throw new IllegalArgumentException(
              "a reference to input "
                  + ref
                  + " of "
                  + inputs
                  + "; give 0 to "
                  + (inputs - 1)
                  + ", or "
                  + PADDING
                  + " for padding");
        }
      }
      if (firstOutput < 0 || weights.rows() > outputs - firstOutput) {
        throw new IllegalArgumentException(
            "a block of "
                + weights.rows()
                + " outputs from output "
                + firstOutput
                + " on; there are "
                + outputs);
      }
      int end = firstOutput + weights.rows();
      int next = computed.nextSetBit(firstOutput);
      if (next >= 0 && next < end) {
        throw new IllegalArgumentException("output " + next + " is computed by two blocks");
      }
      computed.set(firstOutput, end);
      pending.add(new Pending(refs.clone(), firstOutput, weights));
      return this;
    }

    public LinearMap build() {
      int missing = computed.nextClearBit(0);
      if (missing < outputs) {
        throw new IllegalArgumentException("no block computes output " + missing);
      }
      Set<WeightMatrix> matrices = new HashSet<>();
      long ints = 0;
      for (Pending block : pending) {
        ints += block.refs.length;
        if (matrices.add(block.weights)) {
          ints += block.weights.weights().length;
        }
      }
      NativeBuffer memory = NativeBuffer.allocate(Math.multiplyExact(ints, (long) Integer.BYTES));
      try {
        return new LinearMap(inputs, outputs, place(memory), memory);
      } catch (RuntimeException | Error e) {
        memory.close();
        throw e;
      }
    }

    private List<Block> place(NativeBuffer memory) {
      Map<WeightMatrix, NativeBuffer> placed = new HashMap<>();
      List<Block> blocks = new ArrayList<>();
      long next = 0;
      for (Pending block : pending) {
        NativeBuffer refs = copy(memory, next, block.refs);
        next += block.refs.length;
        NativeBuffer weights = placed.get(block.weights);
        if (weights == null) {
          weights = copy(memory, next, block.weights.weights());
          next += block.weights.weights().length;
          placed.put(block.weights, weights);
        }
        blocks.add(new Block(block, refs, weights));
      }
      return List.copyOf(blocks);
    }

    private static NativeBuffer copy(NativeBuffer memory, long at, int[] numbers) {
      NativeBuffer slice = memory.slice(at * Integer.BYTES, numbers.length * (long) Integer.BYTES);
      slice.bytes().asIntBuffer().put(numbers);
      return slice;
    }
  }
}
