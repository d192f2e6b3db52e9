package io.sotto.converter.multiply;

import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.LongBuffer;
import java.util.List;

/** What both parties do: the products of their own shares, and the sum with the cross terms. */
final class CrossTerms {
  private CrossTerms() {}

  /** This party's side of a cross term. */
  @FunctionalInterface
  interface Side {
    /** Multiplies this party's share of an input with the other's share of the other input. */
    void run(NativeBuffer own, NativeBuffer result);
  }

  /**
   * @param order which input's share this party brings to the first and to the second cross term
   */
  static Shares run(
      MultiplySpec spec, List<Shares> inputs, List<Integer> order, Side side, Scope scope) {
    Shares x = inputs.get(0);
    Shares y = inputs.get(inputs.size() - 1);
    ExactShares result = spec.output().allocate(x.images(), scope);
    LongBuffer sum = result.values().longs();
    LongBuffer left = x.values().longs();
    LongBuffer right = y.values().longs();
    long mask = spec.output().mask();
    for (int i = 0; i < x.count(); i++) {
      sum.put(i, (left.get(i) * right.get(i)) & mask);
    }
    int factor = spec.isSquare() ? 2 : 1;
    try (Scope step = new Scope()) {
      NativeBuffer term = step.allocateLongs(x.count());
      for (int input : order) {
        side.run(inputs.get(input).values(), term);
        LongBuffer words = term.longs();
        for (int i = 0; i < x.count(); i++) {
          sum.put(i, (sum.get(i) + factor * words.get(i)) & mask);
        }
      }
    }
    return result;
  }
}
