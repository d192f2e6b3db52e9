package io.sotto.server.compile.affine;

import static io.sotto.server.compile.affine.AffineMap.ZERO;

import io.sotto.server.compile.affine.AffineMap.Block;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a map costs as a linear layer, for an image of a large batch and for one image alone.
 *
 * @param multiplications of weights and inputs, which an image of a batch takes
 * @param products of polynomials, which an image alone takes: a row of weights that is the same at
 *     many positions is multiplied with all their inputs at once
 * @param inputs that are encrypted
 * @param outputs that are decrypted
 */
public record LinearCost(long multiplications, long products, long inputs, long outputs) {
  /** Of a ring's polynomials. */
  private static final int DEGREE = 2048;

  // Measured on two cores with AVX2.
  private static final double MULTIPLICATION_NS = 0.2;
  private static final double PRODUCT_NS = 1800;
  private static final double INPUT_NS = 8;
  private static final double OUTPUT_NS = 25;

  /** What a map costs. */
  public static LinearCost of(AffineMap map) {
    IdentityHashMap<Object, List<int[]>> alike = new IdentityHashMap<>();
    IdentityHashMap<Object, Integer> heights = new IdentityHashMap<>();
    for (Block block : map.blocks()) {
      alike.computeIfAbsent(block.weights(), key -> new ArrayList<>()).add(block.refs());
      heights.put(block.weights(), block.weights().rows());
    }
    return of(map.inputs(), map.outputs(), alike, heights);
  }

  /**
   * The same by the blocks that share their weights.
   *
   * @param alike their references, by their weights
   * @param heights rows of the weights
   */
  static LinearCost of(
      int inputs,
      int outputs,
      IdentityHashMap<Object, List<int[]>> alike,
      IdentityHashMap<Object, Integer> heights) {
    long multiplications = 0;
    long products = 0;
    SeenInputs ofSome = new SeenInputs(inputs);
    SeenInputs ofAll = new SeenInputs(inputs);
    ofAll.begin();
    int used = 0;
    for (Map.Entry<Object, List<int[]>> entry : alike.entrySet()) {
      int height = heights.getOrDefault(entry.getKey(), 1);
      int distinct = 0;
      ofSome.begin();
      for (int[] refs : entry.getValue()) {
        multiplications += (long) height * refs.length;
        for (int ref : refs) {
          if (ref != ZERO && ofSome.add(ref)) {
            distinct++;
            used += ofAll.add(ref) ? 1 : 0;
          }
        }
      }
      products += (long) height * ((distinct + DEGREE - 1) / DEGREE);
    }
    return new LinearCost(multiplications, products, used, outputs);
  }

  /** Both together, of an image of a batch and of one alone. */
  public double nanoseconds() {
    return MULTIPLICATION_NS * multiplications
        + PRODUCT_NS * products
        + INPUT_NS * inputs
        + OUTPUT_NS * outputs;
  }
}
