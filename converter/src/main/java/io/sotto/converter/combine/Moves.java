package io.sotto.converter.combine;

import io.sotto.converter.combine.Move.Axis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the regular patterns in a map of indices, so that it takes a few moves. */
public final class Moves {
  /** What an index map says of an output that takes nothing. */
  public static final int NONE = -1;

  private Moves() {}

  /** Places that follow each other along some axes. */
  private record Run(int out, int in, List<Axis> axes) {}

  /**
   * Moves for {@code output[o] += coefficient * input[refs[o]]}.
   *
   * @param refs for each output the element of the input that it takes, or {@link #NONE}
   */
  public static List<Move> of(int input, int coefficient, int[] refs) {
    List<Run> runs = new ArrayList<>();
    for (int out = 0; out < refs.length; out++) {
      if (refs[out] != NONE) {
        runs.add(new Run(out, refs[out], List.of()));
      }
    }
    for (int axes = 0; axes < Move.MAX_AXES; axes++) {
      List<Run> merged = merge(runs);
      if (merged.size() == runs.size()) {
        break;
      }
      runs = merged;
    }
    return runs.stream()
        .map(run -> new Move(input, coefficient, run.out(), run.in(), run.axes()))
        .toList();
  }

  /** Runs of one pattern whose starts are evenly spaced become one with an axis more. */
  private static List<Run> merge(List<Run> runs) {
    Map<List<Axis>, List<Run>> byPattern = new LinkedHashMap<>();
    for (Run run : runs) {
      byPattern.computeIfAbsent(run.axes(), key -> new ArrayList<>()).add(run);
    }
    List<Run> merged = new ArrayList<>();
    for (List<Run> alike : byPattern.values()) {
      mergeAlike(alike, merged);
    }
    return merged;
  }

  private static void mergeAlike(List<Run> runs, List<Run> merged) {
    int at = 0;
    while (at < runs.size()) {
      Run first = runs.get(at);
      int count = 1;
      int outStride = 0;
      int inStride = 0;
      if (at + 1 < runs.size()) {
        outStride = runs.get(at + 1).out() - first.out();
        inStride = runs.get(at + 1).in() - first.in();
        count = 2;
        while (at + count < runs.size()
            && runs.get(at + count).out() == first.out() + count * outStride
            && runs.get(at + count).in() == first.in() + count * inStride) {
          count++;
        }
        // A pair alone rather starts the next run with its second, unless that is all there is.
        if (count == 2 && at + 2 < runs.size()) {
          count = 1;
        }
      }
      if (count == 1) {
        merged.add(first);
      } else {
        List<Axis> axes = new ArrayList<>();
        axes.add(new Axis(count, outStride, inStride));
        axes.addAll(first.axes());
        merged.add(new Run(first.out(), first.in(), List.copyOf(axes)));
      }
      at += count;
    }
  }
}
