package io.sotto.ckks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How large the weights of each output of a map are together, on which the noise of its results
 * depends: the sum of their magnitudes, and the root of the sum of their squares. Weights of one
 * input that is referred to more than once add up.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record WeightNorms(double[] l1, double[] l2) {
  static WeightNorms of(List<LinearBlock> blocks, int outputs) {
    WeightNorms all = new WeightNorms(new double[outputs], new double[outputs]);
    Map<WeightMatrix, WeightNorms> plain = new HashMap<>();
    for (LinearBlock block : blocks) {
      WeightNorms norms =
          isPlain(block.refs())
              ? plain.computeIfAbsent(block.weights(), weights -> of(block))
              : of(block);
      int rows = block.weights().rows();
      System.arraycopy(norms.l1, 0, all.l1, block.firstOutput(), rows);
      System.arraycopy(norms.l2, 0, all.l2, block.firstOutput(), rows);
    }
    return all;
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
    return sorted[0] != LinearMap.PADDING;
  }

  private static WeightNorms of(LinearBlock block) {
    Map<Integer, Integer> places = new HashMap<>();
    int[] place = new int[block.refs().length];
    for (int i = 0; i < place.length; i++) {
      int ref = block.refs()[i];
      place[i] = ref == LinearMap.PADDING ? ref : places.computeIfAbsent(ref, r -> places.size());
    }
    int rows = block.weights().rows();
    WeightNorms norms = new WeightNorms(new double[rows], new double[rows]);
    for (int row = 0; row < rows; row++) {
      long[] sums = new long[places.size()];
      for (int i = 0; i < place.length; i++) {
        if (place[i] != LinearMap.PADDING) {
          sums[place[i]] += block.weights().at(row, i);
        }
      }
      double squares = 0;
      for (long sum : sums) {
        norms.l1[row] += Math.abs(sum);
        squares += (double) sum * sum;
      }
      norms.l2[row] = Math.sqrt(squares);
    }
    return norms;
  }

  double maxL1() {
    return Arrays.stream(l1).max().orElse(0);
  }

  double maxL2() {
    return Arrays.stream(l2).max().orElse(0);
  }
}
