package io.sotto.ckks;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.util.Arrays;
import java.util.List;

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
 * <p><b>Failure.</b> A map that isn't one is refused by {@link LinearMapBuilder#build}; the wrong
 * number of inputs is an {@link IllegalArgumentException}.
 */
public final class LinearMap implements CiphertextMap {
  /** A reference to no input: zero. */
  public static final int PADDING = -1;

  private final int inputs;
  private final int outputs;
  private final List<LinearBlock> blocks;
  private final NativeBuffer memory;
  private final WeightNorms norms;
  private final double maxL1Norm;
  private final double maxL2Norm;

  LinearMap(int inputs, int outputs, List<LinearBlock> blocks, NativeBuffer memory) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.blocks = blocks;
    this.memory = memory;
    this.norms = WeightNorms.of(blocks, outputs);
    this.maxL1Norm = norms.maxL1();
    this.maxL2Norm = norms.maxL2();
  }

  public static LinearMapBuilder builder(int inputs, int outputs) {
    return new LinearMapBuilder(inputs, outputs);
  }

  /** A dense layer: every output from every input. */
  public static LinearMap dense(int inputs, WeightMatrix weights) {
    int[] refs = new int[inputs];
    Arrays.setAll(refs, i -> i);
    return builder(inputs, weights.rows()).block(refs, 0, weights).build();
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int results() {
    return outputs;
  }

  public int outputs() {
    return outputs;
  }

  /** Multiplications of one weight by one input value, padding included. */
  public long multiplications() {
    return blocks.stream().mapToLong(block -> block.weights().weights().length).sum();
  }

  /** Sum of the absolute weights of an output. */
  public double l1Norm(int output) {
    return norms.l1()[output];
  }

  /** Root of the sum of the squared weights of an output. */
  public double l2Norm(int output) {
    return norms.l2()[output];
  }

  /** The largest {@link #l1Norm}. */
  @Override
  public double maxL1Norm() {
    return maxL1Norm;
  }

  /** The largest {@link #l2Norm}. */
  @Override
  public double maxL2Norm() {
    return maxL2Norm;
  }

  /** Applies the map to ciphertexts. */
  public Accumulated apply(InputBlock block) {
    return apply(block, new Part(0, block.count() / inputs, 0, outputs));
  }

  @Override
  public Results on(InputBlock upload, Scope scope) {
    return part -> apply(upload, part);
  }

  /** Outputs of the map applied to groups of ciphertexts. */
  public Accumulated apply(InputBlock block, Part part) {
    if (block.count() % inputs != 0) {
      throw new IllegalArgumentException(
          block.count() + " ciphertexts given to a map of " + inputs + " inputs");
    }
    part.requireOf(block.count() / inputs, outputs);
    Ring ring = block.ring();
    CoefficientPolys c0 = CoefficientPolys.allocate(ring, part.ciphertexts());
    try {
      NttPolys c1 = NttPolys.allocate(ring, part.ciphertexts());
      try {
        applyToHeads(block, part, c0);
        NativeBuffer in = block.c1().buffer();
        applyToGroups(ring.modulus(), ring.degree(), in, part, c1.buffer());
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

  private void applyToHeads(InputBlock block, Part part, CoefficientPolys out) {
    long q = block.ring().modulus();
    int used = block.used();
    if (used == block.ring().degree()) {
      applyToGroups(q, used, block.c0(), part, out.buffer());
      return;
    }
    try (NativeBuffer heads =
        NativeBuffer.allocate(Math.multiplyExact(out.count(), used * (long) Long.BYTES))) {
      applyToGroups(q, used, block.c0(), part, heads);
      out.setHeads(heads, used);
    }
  }

  private void applyToGroups(long q, int columns, NativeBuffer in, Part part, NativeBuffer out) {
    long row = columns * (long) Long.BYTES;
    for (int group = 0; group < part.groups(); group++) {
      NativeBuffer rows = in.slice(row * (part.firstGroup() + group) * inputs, row * inputs);
      NativeBuffer results = out.slice(row * group * part.count(), row * part.count());
      apply(q, columns, rows, part.first(), part.count(), results);
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
    NativeBuffer rows = in.slice(0, inputs * ((long) columns * Long.BYTES));
    for (LinearBlock block : blocks) {
      block.apply(modulus, rows, columns, firstOutput, count, out);
    }
  }

  /**
   * The twin of {@link #apply} in the clear, modulo 2^64.
   *
   * @param values [input][image]
   * @return [output][image]
   */
  public long[] applyPlain(long[] values, int images) {
    requireValues(values.length, images);
    long[] result = new long[Math.multiplyExact(outputs, images)];
    blocks.forEach(block -> block.applyPlain(values, images, result));
    return result;
  }

  private void requireValues(int values, int images) {
    if (values != Math.multiplyExact(inputs, images)) {
      throw new IllegalArgumentException(
          values + " values for " + inputs + " inputs and " + images + " images");
    }
  }

  /**
   * The same on real numbers, the weights taken as integers.
   *
   * @param values [input][image]
   * @return [output][image]
   */
  public double[] applyPlain(double[] values, int images) {
    requireValues(values.length, images);
    double[] result = new double[Math.multiplyExact(outputs, images)];
    blocks.forEach(block -> block.applyPlain(values, images, result));
    return result;
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public String toString() {
    return "LinearMap[" + inputs + " -> " + outputs + ", " + blocks.size() + " blocks]";
  }
}
