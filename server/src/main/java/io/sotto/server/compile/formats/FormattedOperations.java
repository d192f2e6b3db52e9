package io.sotto.server.compile.formats;

import io.sotto.server.compile.formats.FormatPlanner.Formats;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import org.jspecify.annotations.Nullable;

/** A model's operations with the formats of their values. */
public record FormattedOperations(Operations operations, Formats formats) {
  /**
   * Plans the formats. Products are as wide as their factors, and what linear layers give can only
   * be so wide: factors get coarser formats until all fit, and are widened at last.
   *
   * @param ranges what calibration saw; null for none
   * @throws CompileException if some value fits no format that the settings allow
   */
  public static FormattedOperations of(
      Lowered lowered, FixedPointSettings settings, @Nullable Ranges ranges) {
    Ranges synthetic = ranges == null ? lowered.synthetic(settings) : null;
    for (int fraction : FormatPlanner.FACTOR_FRACTIONS) {
      try {
        return merged(lowered.operations(), settings, ranges, synthetic, fraction);
      } catch (CompileException e) {
        if (!lowered.multiplies()) {
          throw e;
        }
      }
    }
    return merged(
        lowered.widened(), settings, ranges, synthetic, FormatPlanner.WIDENED_FACTOR_FRACTION);
  }

  /** Planned, and once more after what the formats allow to be merged is. */
  private static FormattedOperations merged(
      Operations operations,
      FixedPointSettings settings,
      @Nullable Ranges ranges,
      @Nullable Ranges synthetic,
      int factorFraction) {
    Formats formats = FormatPlanner.plan(operations, settings, ranges, synthetic, factorFraction);
    Operations merged = RoundMerger.merge(operations, formats);
    if (merged.equals(operations)) {
      return new FormattedOperations(operations, formats);
    }
    try {
      return new FormattedOperations(
          merged, FormatPlanner.plan(merged, settings, ranges, synthetic, factorFraction));
    } catch (CompileException e) {
      // Of joined values less is known than of each: they may need more bits than there are.
      return new FormattedOperations(operations, formats);
    }
  }
}
