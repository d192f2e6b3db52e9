package io.sotto.converter.maxpool;

import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.PacedStopSignal;
import io.sotto.converter.step.StopSignal;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/** What both parties do: differences and sums of their own shares around the runs of relus. */
final class PoolingTree {
  private static final int BLOCK = 1 << 10;

  /** This party's side of a run of relus. */
  @FunctionalInterface
  interface Relu {
    Shares run(ReluSpec spec, Shares differences, Scope scope);
  }

  private final MaxPoolSpec spec;
  private final Relu relu;
  private final int images;
  private final long mask;
  private final PacedStopSignal pace;
  private final long[] a = new long[BLOCK];
  private final long[] b = new long[BLOCK];

  private PoolingTree(MaxPoolSpec spec, Relu relu, int images, StopSignal stop) {
    this.spec = spec;
    this.relu = relu;
    this.images = images;
    this.pace = new PacedStopSignal(stop);
    this.mask = spec.output().mask();
  }

  static Shares run(MaxPoolSpec spec, Shares input, Relu relu, StopSignal stop, Scope scope) {
    return new PoolingTree(spec, relu, input.images(), stop).run(input, scope);
  }

  private Shares run(Shares input, Scope scope) {
    ExactShares result = spec.output().allocate(images, scope);
    NativeBuffer current = input.values();
    Scope owner = new Scope();
    try {
      List<PoolingLevel> levels =
          spec.poolings().stream().flatMap(p -> PoolingLevel.of(p).stream()).toList();
      for (int i = 0; i < levels.size(); i++) {
        PoolingLevel level = levels.get(i);
        Scope next = new Scope();
        try {
          NativeBuffer target =
              i == levels.size() - 1
                  ? result.values()
                  : next.allocateLongs(
                      (long) level.outer() * level.results() * level.inner() * images);
          run(level, current, target);
          current = target;
        } finally {
          owner.close();
          owner = next;
        }
      }
    } finally {
      owner.close();
      Arrays.fill(a, 0);
      Arrays.fill(b, 0);
    }
    return result;
  }

  private void run(PoolingLevel level, NativeBuffer from, NativeBuffer to) {
    if (level.pairs() == 0) {
      combine(level, from.longs(), from.longs(), to.longs());
      return;
    }
    ReluSpec run = spec.relu(level);
    try (Scope step = new Scope()) {
      ExactFormat format =
          new ExactFormat(run.input().elements(), spec.output().bits(), run.input().fraction());
      Shares larger;
      try (Scope differing = new Scope()) {
        ExactShares differences = format.allocate(images, differing);
        subtract(level, from.longs(), differences.values().longs());
        larger = relu.run(run, differences, step);
      }
      combine(level, from.longs(), larger.values().longs(), to.longs());
    }
  }

  /** The differences of all pairs. */
  private void subtract(PoolingLevel level, LongBuffer from, LongBuffer to) {
    int run = level.inner() * images;
    int at = 0;
    for (int outer = 0; outer < level.outer(); outer++) {
      int base = outer * level.places();
      for (int i = 0; i < level.results(); i++) {
        if (level.second()[i] == PoolingLevel.ALONE) {
          continue;
        }
        int first = (base + level.first()[i]) * run;
        int second = (base + level.second()[i]) * run;
        for (int part = 0; part < run; part += BLOCK) {
          int some = Math.min(BLOCK, run - part);
          from.get(first + part, a, 0, some);
          from.get(second + part, b, 0, some);
          for (int k = 0; k < some; k++) {
            a[k] = (a[k] - b[k]) & mask;
          }
          to.put(at + part, a, 0, some);
        }
        at += run;
        pace.computed(run);
      }
    }
  }

  /** The second of each pair plus what the first one is larger by, and what has no pair. */
  private void combine(PoolingLevel level, LongBuffer from, LongBuffer larger, LongBuffer to) {
    int run = level.inner() * images;
    int pairs = 0;
    for (int outer = 0; outer < level.outer(); outer++) {
      int base = outer * level.places();
      for (int i = 0; i < level.results(); i++) {
        boolean alone = level.second()[i] == PoolingLevel.ALONE;
        int source = (base + (alone ? level.first()[i] : level.second()[i])) * run;
        int target = (outer * level.results() + i) * run;
        for (int part = 0; part < run; part += BLOCK) {
          int some = Math.min(BLOCK, run - part);
          from.get(source + part, a, 0, some);
          if (!alone) {
            larger.get(pairs + part, b, 0, some);
            for (int k = 0; k < some; k++) {
              a[k] += b[k];
            }
          }
          for (int k = 0; k < some; k++) {
            a[k] &= mask;
          }
          to.put(target + part, a, 0, some);
        }
        pairs += alone ? 0 : run;
        pace.computed(run);
      }
    }
  }
}
