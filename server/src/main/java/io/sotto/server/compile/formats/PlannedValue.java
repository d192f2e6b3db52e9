package io.sotto.server.compile.formats;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.server.model.CompileException;

/**
 * A value whose format is chosen.
 *
 * @param span what its bits are chosen for
 * @param bounds what its elements can't leave
 */
record PlannedValue(ValueFormat format, Span span, Bounds bounds) {
  /** A value in as many bits as it needs itself. */
  static PlannedValue of(int fraction, int bits, double expected, Span span, Bounds bounds) {
    if (bits > ExactFormat.MAX_BITS) {
      throw new CompileException(
          "a value up to %.3g needs %d bits; allowed are %d"
              .formatted(span.maxAbs(), bits, ExactFormat.MAX_BITS));
    }
    return new PlannedValue(
        new ValueFormat(bounds.elements(), fraction, bits, bits, expected, span.maxAbs()),
        span,
        bounds);
  }
}
