package io.sotto.converter.maxpool;

import java.util.ArrayList;
import java.util.List;

/**
 * One level of a pooling's tree. A tensor {@code [outer][places][inner]} goes in; each element of
 * the result {@code [outer][results][inner]} is the larger of two places, or one place as it is.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record PoolingLevel(int outer, int inner, int places, int[] first, int[] second) {
  /** In {@link #second}: the result is the first place alone. */
  static final int ALONE = -1;

  int results() {
    return first.length;
  }

  /** Comparisons an image. */
  long pairs() {
    long count = 0;
    for (int place : second) {
      count += place == ALONE ? 0 : 1;
    }
    return count * outer * inner;
  }

  /** The levels of a pooling, at least one. */
  static List<PoolingLevel> of(Pooling pooling) {
    List<PoolingLevel> levels = new ArrayList<>();
    int[] starts = new int[pooling.outputs()];
    int[] sizes = new int[pooling.outputs()];
    for (int output = 0; output < starts.length; output++) {
      starts[output] = pooling.from(output);
      sizes[output] = pooling.size(output);
    }
    int places = pooling.length();
    boolean done = false;
    while (!done) {
      int results = 0;
      for (int size : sizes) {
        results += (size + 1) / 2;
      }
      int[] first = new int[results];
      int[] second = new int[results];
      int at = 0;
      done = true;
      for (int output = 0; output < starts.length; output++) {
        int start = at;
        for (int i = 0; i < sizes[output]; i += 2) {
          first[at] = starts[output] + i;
          second[at++] = i + 1 < sizes[output] ? starts[output] + i + 1 : ALONE;
        }
        starts[output] = start;
        sizes[output] = at - start;
        done &= sizes[output] == 1;
      }
      levels.add(new PoolingLevel(pooling.outer(), pooling.inner(), places, first, second));
      places = results;
    }
    return levels;
  }
}
