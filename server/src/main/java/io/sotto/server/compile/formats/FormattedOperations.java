package io.sotto.server.compile.formats;

import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model's operations with the formats of their values. */
public record FormattedOperations(Operations operations, Formats formats) {
  /** Fraction bits of what is multiplied, if linear layers give it in as many bits as products. */
  private static final List<Integer> FACTOR_FRACTIONS = List.of(8, 7);

  /** The same if it is widened. */
  private static final int WIDENED_FACTOR_FRACTION = 10;

  /**
   * Plans the formats. Products are as wide as their factors, and what linear layers give can only
   * be so wide: factors get coarser formats until all fit, and are widened at last.
   *
   * @param ranges what calibration saw; null for none
   * @throws CompileException if some value fits no format that the settings allow
   */
  public static FormattedOperations of(
      Lowered lowered, FixedPointSettings settings, @Nullable Ranges ranges) {
    KnownRanges known =
        KnownRanges.of(settings, ranges, ranges == null ? lowered.synthetic(settings) : null);
    for (int fraction : FACTOR_FRACTIONS) {
      try {
        return merged(lowered.operations(), settings, known, fraction);
      } catch (CompileException e) {
        if (!lowered.multiplies()) {
          throw e;
        }
      }
    }
    return merged(lowered.widened(), settings, known, WIDENED_FACTOR_FRACTION);
  }

  /** Planned, and once more after what the formats allow to be merged is. */
  private static FormattedOperations merged(
      Operations operations, FixedPointSettings settings, KnownRanges known, int factorFraction) {
    Formats formats = FormatPlanner.plan(operations, settings, known, factorFraction);
    Operations merged = RoundMerger.merge(operations, formats);
    if (merged.equals(operations)) {
      return new FormattedOperations(operations, formats);
    }
    try {
      return new FormattedOperations(
          merged, FormatPlanner.plan(merged, settings, known, factorFraction));
    } catch (CompileException e) {
      // Of joined values less is known than of each: they may need more bits than there are.
      return new FormattedOperations(operations, formats);
    }
  }
}
