package io.sotto.gc.lookup;

import io.sotto.gc.correlation.Role;
import io.sotto.gc.internal.LookupWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** How a chain of carries is cut into windows, of which the two sides own every other one. */
final class LookupWindows {
  /** Bits that name an entry: tables of 32 bits. AGREEMENT. */
  private static final int MAX_CHOICES = 5;

  /** What a choice costs, beside an entry of a table, which costs 1; and a window. AGREEMENT. */
  private static final int CHOICE_COST = 112;

  private static final int WINDOW_COST = 20;

  private LookupWindows() {}

  /** The owner of a window. */
  static Role owner(int window) {
    return window % 2 == 0 ? Role.EVALUATOR : Role.GARBLER;
  }

  /**
   * The windows of so many bits, the first wires of either side's counted apart.
   *
   * @param breakAt where a window has to end, if that is within
   */
  static List<LookupWindow> of(int bits, int breakAt) {
    boolean within = breakAt > 0 && breakAt < bits;
    List<Integer> sizes = new ArrayList<>(cut(within ? breakAt : bits, true));
    if (within) {
      sizes.addAll(cut(bits - breakAt, false));
    }
    List<LookupWindow> windows = new ArrayList<>();
    int evaluators = 0;
    int garblers = 0;
    int bit = 0;
    for (int size : sizes) {
      Role side = owner(windows.size());
      LookupWindow window = new LookupWindow(bit, size, side.pick(evaluators, garblers), bit > 0);
      windows.add(window);
      evaluators += side.pick(window.choices(), 0);
      garblers += side.pick(0, window.choices());
      bit += size;
    }
    return windows;
  }

  /** The cheapest sizes of windows that make so many bits together. */
  private static List<Integer> cut(int bits, boolean first) {
    int[] cost = new int[bits + 1];
    int[] last = new int[bits + 1];
    Arrays.fill(cost, Integer.MAX_VALUE);
    cost[0] = 0;
    for (int end = 1; end <= bits; end++) {
      for (int size = 1; size <= end; size++) {
        int choices = size + (first && size == end ? 0 : 1);
        if (choices <= MAX_CHOICES) {
          int with = cost[end - size] + CHOICE_COST * choices + (1 << choices) + WINDOW_COST;
          if (with < cost[end]) {
            cost[end] = with;
            last[end] = size;
          }
        }
      }
    }
    List<Integer> sizes = new ArrayList<>();
    for (int end = bits; end > 0; end -= last[end]) {
      sizes.add(last[end]);
    }
    Collections.reverse(sizes);
    return sizes;
  }
}
