package io.sotto.benchmarks.grid;

import io.sotto.benchmarks.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Says what changed between two runs beyond noise: the medians lie further apart than the spreads
 * of both, and by five in a hundred at least; sizes that don't vary by more than one in a hundred.
 */
public final class ResultComparison {
  private static final double LEAST_CHANGE = 0.05;
  private static final double LEAST_CHANGE_OF_SIZES = 0.01;

  private ResultComparison() {}

  /** A line for each figure of a cell that changed; cells that only one run has are counted. */
  public static List<String> lines(List<CellResult> earlier, List<CellResult> now) {
    Map<Cell, CellResult> before =
        earlier.stream().collect(Collectors.toMap(CellResult::cell, Function.identity()));
    List<String> lines = new ArrayList<>();
    int compared = 0;
    int changed = 0;
    for (CellResult result : now) {
      CellResult old = before.get(result.cell());
      if (old == null) {
        continue;
      }
      CellResult.Measured oldFigures = old.measured();
      CellResult.Measured newFigures = result.measured();
      if (oldFigures == null || newFigures == null) {
        if ((oldFigures == null) != (newFigures == null)) {
          lines.add(
              "%s: %s"
                  .formatted(result.cell(), newFigures == null ? "no longer runs" : "runs now"));
        }
        continue;
      }
      compared++;
      List<String> changes = changes(oldFigures, newFigures);
      changed += changes.isEmpty() ? 0 : 1;
      changes.forEach(change -> lines.add(result.cell() + ": " + change));
    }
    lines.add(
        "%d of %d cells that both runs measured changed beyond noise".formatted(changed, compared));
    return lines;
  }

  private static List<String> changes(CellResult.Measured old, CellResult.Measured now) {
    List<String> changes = new ArrayList<>();
    if (differ(old.imagesPerSecond(), now.imagesPerSecond())) {
      changes.add(
          change(
              "images a second", old.imagesPerSecond().median(), now.imagesPerSecond().median()));
    }
    double oldBytes = old.bytesSent() + old.bytesReceived();
    double newBytes = now.bytesSent() + now.bytesReceived();
    if (Math.abs(newBytes - oldBytes) > LEAST_CHANGE_OF_SIZES * oldBytes) {
      changes.add(change("bytes", oldBytes, newBytes));
    }
    if (old.rounds() != now.rounds()) {
      changes.add(change("rounds", (double) old.rounds(), (double) now.rounds()));
    }
    return changes;
  }

  /** Whether two measurements are apart by more than both spread, and by enough to matter. */
  static boolean differ(Spread a, Spread b) {
    double distance = Math.abs(a.median() - b.median());
    boolean apart = a.max() < b.min() || b.max() < a.min();
    return apart
        && distance > a.iqr() + b.iqr()
        && distance > LEAST_CHANGE * Math.min(a.median(), b.median());
  }

  private static String change(String what, double before, double after) {
    return String.format(
        Locale.ROOT,
        "%s %,.6g -> %,.6g (%+.1f %%)",
        what,
        before,
        after,
        100 * (after - before) / before);
  }
}
