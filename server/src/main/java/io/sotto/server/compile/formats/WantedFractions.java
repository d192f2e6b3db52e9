package io.sotto.server.compile.formats;

import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.model.FixedPointSettings;
import java.util.Arrays;

/**
 * How fine values are wanted where calibration didn't say: outputs, hidden values, and factors of
 * products, each of its own.
 */
final class WantedFractions {
  /** Fraction bits of outputs of magnitude 1; larger ones may have fewer. */
  private static final int MIN_OUTPUT_BITS = 10;

  private static final int MIN_HIDDEN_BITS = 12;
  private static final int MAX_FRACTION = 20;
  private static final int MAX_FACTOR_FRACTION = 12;

  private final FixedPointSettings settings;
  private final int factorFraction;
  private final boolean[] onlyOutputs;
  private final boolean[] factors;

  /**
   * @param factorFraction fraction bits of what is multiplied
   */
  WantedFractions(Operations operations, FixedPointSettings settings, int factorFraction) {
    this.settings = settings;
    this.factorFraction = factorFraction;
    this.onlyOutputs = new boolean[operations.count()];
    this.factors = new boolean[operations.count()];
    Arrays.fill(onlyOutputs, true);
    for (int value = operations.count() - 1; value >= 0; value--) {
      Op op = operations.of(value);
      boolean ends = op instanceof Op.Linear || op instanceof Op.Multiply;
      boolean passes = !ends && factors[value];
      for (int input : op.inputs()) {
        // Outputs of which only the largest is told count: they are as fine as hidden values.
        onlyOutputs[input] &= !ends && !(op instanceof Op.ArgMax) && onlyOutputs[value];
        factors[input] |= op instanceof Op.Multiply || passes;
      }
    }
  }

  /** Does a value lead to outputs only, without another linear layer or product? */
  boolean isOutput(int value) {
    return onlyOutputs[value];
  }

  /** Fraction bits of a value of some magnitude; small ones get more. */
  int of(int value, double magnitude) {
    int wholeBits = magnitude > 0 ? Math.getExponent(magnitude) : 0;
    if (factors[value]) {
      return Math.max(
          factorFraction, Math.min(factorFraction + 2 - wholeBits, MAX_FACTOR_FRACTION));
    }
    return onlyOutputs[value]
        ? Math.max(settings.outputFraction(), Math.min(MIN_OUTPUT_BITS - wholeBits, MAX_FRACTION))
        : Math.max(settings.hiddenFraction(), Math.min(MIN_HIDDEN_BITS - wholeBits, MAX_FRACTION));
  }
}
