package io.sotto.ckks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Arrays of which most are equal to one that was there before: it is held once. */
final class SharedArrays {
  private final Map<Integer, int[]> byHash = new HashMap<>();

  int[] shared(int[] array) {
    int[] known = byHash.putIfAbsent(Arrays.hashCode(array), array);
    return known != null && Arrays.equals(known, array) ? known : array;
  }
}
