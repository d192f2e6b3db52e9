package io.sotto.server.compile.formats;

import io.sotto.server.compile.formats.FormatPlanner.Formats;
import io.sotto.server.compile.operations.Flow;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import org.jspecify.annotations.Nullable;

/** A model's operations with the formats of their values. */
public record FormattedOperations(Flow flow, Formats formats) {
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
        return merged(lowered.flow(), settings, ranges, synthetic, fraction);
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
      Flow flow,
      FixedPointSettings settings,
      @Nullable Ranges ranges,
      @Nullable Ranges synthetic,
      int factorFraction) {
    Formats formats = FormatPlanner.plan(flow, settings, ranges, synthetic, factorFraction);
    Flow merged = RoundMerger.merge(flow, formats);
    if (merged.equals(flow)) {
      return new FormattedOperations(flow, formats);
    }
    try {
      return new FormattedOperations(
          merged, FormatPlanner.plan(merged, settings, ranges, synthetic, factorFraction));
    } catch (CompileException e) {
      // Of joined values less is known than of each: they may need more bits than there are.
      return new FormattedOperations(flow, formats);
    }
  }
}
