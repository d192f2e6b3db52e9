package io.sotto.converter.moves;

import io.sotto.converter.moves.Move.Axis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the regular patterns in a map of indices, so that it takes a few moves. */
public final class MoveFinder {
  /** What an index map says of an output that takes nothing. */
  public static final int NONE = -1;

  private MoveFinder() {}

  /** Places that follow each other along some axes. */
  private record Stretch(int out, int in, List<Axis> axes) {}

  /**
   * Moves for {@code output[o] += coefficient * input[refs[o]]}.
   *
   * @param refs for each output the element of the input that it takes, or {@link #NONE}
   */
  public static List<Move> find(int input, int coefficient, int[] refs) {
    List<Stretch> stretches = new ArrayList<>();
    for (int out = 0; out < refs.length; out++) {
      if (refs[out] != NONE) {
        stretches.add(new Stretch(out, refs[out], List.of()));
      }
    }
    for (int axes = 0; axes < Move.MAX_AXES; axes++) {
      List<Stretch> merged = merge(stretches);
      if (merged.size() == stretches.size()) {
        break;
      }
      stretches = merged;
    }
    return stretches.stream()
        .map(stretch -> new Move(input, coefficient, stretch.out(), stretch.in(), stretch.axes()))
        .toList();
  }

  /** Stretches of one pattern whose starts are evenly spaced become one with an axis more. */
  private static List<Stretch> merge(List<Stretch> stretches) {
    Map<List<Axis>, List<Stretch>> byPattern = new LinkedHashMap<>();
    for (Stretch stretch : stretches) {
      byPattern.computeIfAbsent(stretch.axes(), key -> new ArrayList<>()).add(stretch);
    }
    List<Stretch> merged = new ArrayList<>();
    for (List<Stretch> alike : byPattern.values()) {
      mergeAlike(alike, merged);
    }
    return merged;
  }

  private static void mergeAlike(List<Stretch> stretches, List<Stretch> merged) {
    int at = 0;
    while (at < stretches.size()) {
      Stretch first = stretches.get(at);
      int count = run(stretches, at);
      // A pair rather leaves its second to a longer run that begins there.
      if (count == 2 && run(stretches, at + 1) > 2) {
        count = 1;
      }
      if (count == 1) {
        merged.add(first);
      } else {
        List<Axis> axes = new ArrayList<>();
        Stretch second = stretches.get(at + 1);
        axes.add(new Axis(count, second.out() - first.out(), second.in() - first.in()));
        axes.addAll(first.axes());
        merged.add(new Stretch(first.out(), first.in(), List.copyOf(axes)));
      }
      at += count;
    }
  }

  /** How many stretches from one on are as far from each other as the first two. */
  private static int run(List<Stretch> stretches, int at) {
    if (at + 1 >= stretches.size()) {
      return 1;
    }
    Stretch first = stretches.get(at);
    int outStride = stretches.get(at + 1).out() - first.out();
    int inStride = stretches.get(at + 1).in() - first.in();
    int count = 2;
    while (at + count < stretches.size()
        && stretches.get(at + count).out() == first.out() + count * outStride
        && stretches.get(at + count).in() == first.in() + count * inStride) {
      count++;
    }
    return count;
  }
}
