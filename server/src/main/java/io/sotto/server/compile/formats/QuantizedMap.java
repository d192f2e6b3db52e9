package io.sotto.server.compile.formats;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.LinearMapBuilder;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.WeightMatrix;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.Matrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * An {@link AffineMap} in integers: weights scaled by {@code 2^weightFraction}, biases by the
 * products' scale {@code 2^productFraction}.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; large.
public record QuantizedMap(
    int inputs, List<Block> blocks, long[] bias, int weightFraction, int productFraction) {

  /** As {@link AffineMap.Block}; blocks that shared a matrix share the array. */
  public record Block(int[] refs, int rows, int[] weights) {}

  /** Rounds weights and biases to the nearest integer. */
  public static QuantizedMap of(AffineMap map, int inputFraction, int weightFraction) {
    int productFraction = inputFraction + weightFraction;
    IdentityHashMap<Matrix, int[]> quantized = new IdentityHashMap<>();
    List<Block> blocks = new ArrayList<>(map.blocks().size());
    for (AffineMap.Block block : map.blocks()) {
      int[] weights =
          quantized.computeIfAbsent(block.weights(), matrix -> matrix.quantize(weightFraction));
      blocks.add(new Block(block.refs(), block.weights().rows(), weights));
    }
    long[] bias = new long[map.outputs()];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = (long) Math.rint(Math.scalb(map.bias()[i], productFraction));
    }
    return new QuantizedMap(map.inputs(), blocks, bias, weightFraction, productFraction);
  }

  /** Does any ring take products of so many bits of these weights? */
  boolean fits(int wideBits) {
    double l1 = 0;
    double squares = 0;
    Set<int[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Block block : blocks) {
      int rows = seen.add(block.weights()) ? block.rows() : 0;
      for (int row = 0; row < rows; row++) {
        double sum = 0;
        double square = 0;
        for (int k = 0; k < block.refs().length; k++) {
          double weight = block.weights()[row * block.refs().length + k];
          sum += Math.abs(weight);
          square += weight * weight;
        }
        l1 = Math.max(l1, sum);
        squares = Math.max(squares, square);
      }
    }
    return ringExists(wideBits, l1, Math.sqrt(squares));
  }

  private static boolean ringExists(int wideBits, double l1Norm, double l2Norm) {
    return ParameterPlanner.rings().stream()
        .anyMatch(ring -> ParameterPlanner.in(ring, wideBits, l1Norm, l2Norm).isPresent());
  }

  public int outputs() {
    return bias.length;
  }

  /** The weights, as they multiply ciphertexts. */
  public LinearMap integers() {
    LinearMapBuilder builder = LinearMap.builder(inputs, outputs());
    IdentityHashMap<int[], WeightMatrix> shared = new IdentityHashMap<>();
    int output = 0;
    for (Block block : blocks) {
      builder.block(
          block.refs(),
          output,
          shared.computeIfAbsent(
              block.weights(), weights -> WeightMatrix.of(block.rows(), weights)));
      output += block.rows();
    }
    return builder.build();
  }

  /** Interval arithmetic: what the outputs may be for inputs within these bounds. */
  Bounds bounds(Bounds in) {
    Bounds bounds = new Bounds(new double[outputs()], new double[outputs()]);
    BlockBounds of = new BlockBounds(in, weightFraction);
    int output = 0;
    for (Block block : blocks) {
      Bounds sums = of.sums(block);
      for (int row = 0; row < block.rows(); row++) {
        double constant = Math.scalb((double) bias[output], -productFraction);
        bounds.low()[output] = constant + sums.low()[row];
        bounds.high()[output++] = constant + sums.high()[row];
      }
    }
    return bounds;
  }
}
