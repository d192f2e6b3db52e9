package io.sotto.server.compile.steps;

import io.sotto.ckks.NoiseBound;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.server.compile.formats.LinearFormat;
import io.sotto.server.compile.formats.QuantizedMap;
import io.sotto.server.compile.formats.ValueFormat;
import io.sotto.server.model.LayerReport;
import java.util.Arrays;
import java.util.Locale;

/** What people are told of each step. */
final class Reports {
  private Reports() {}

  /** Of a linear step. */
  static LayerReport of(
      LinearFormat format, ValueFormat result, LinearSpec spec, NoiseBound noise) {
    return new LayerReport(
        format.layer().name(),
        format.weights().weightFraction(),
        format.layer().parameters(),
        format.expected(),
        result.capacity(),
        log2(noise.encoding() + noise.encryption()),
        log2(NoiseBound.LIMIT / noise.halfCells()),
        explanation(format, result, spec));
  }

  private static String explanation(LinearFormat format, ValueFormat result, LinearSpec spec) {
    return String.format(
        Locale.ROOT,
        "f %d%s; m %d holds %.4g%s; weights below %d have fw %d; L %d = m + f_in %d + fw - f; q has %d bits for L + noise",
        format.outputFraction(),
        format.outputFraction() < format.wanted() ? " of " + format.wanted() + " wanted" : "",
        result.bits(),
        result.magnitude(),
        result.width() > result.bits() ? ", " + result.width() + " for what takes it" : "",
        largest(format.weights()) + 1,
        format.weights().weightFraction(),
        spec.wideBits(),
        format.inputFraction(),
        spec.ring().modulusBits());
  }

  private static int largest(QuantizedMap weights) {
    return weights.blocks().stream()
        .map(QuantizedMap.Block::weights)
        .distinct()
        .mapToInt(w -> Arrays.stream(w).map(Math::abs).max().orElse(0))
        .max()
        .orElse(0);
  }

  /** Of a step that looks at bits and drops some. */
  static LayerReport of(String name, ValueFormat format, int bits, int dropped) {
    return of(
        name,
        format,
        "; looks at %d bits%s".formatted(bits, dropped == 0 ? "" : ", drops " + dropped));
  }

  /** Of a step that has no weights. */
  static LayerReport of(String name, ValueFormat format) {
    return of(name, format, "");
  }

  private static LayerReport of(String name, ValueFormat format, String more) {
    return new LayerReport(
        name,
        0,
        0,
        format.expected(),
        format.capacity(),
        Double.NaN,
        Double.NaN,
        String.format(
            Locale.ROOT,
            "f %d; m %d holds %.4g%s%s",
            format.fraction(),
            format.bits(),
            format.magnitude(),
            format.width() > format.bits() ? "; " + format.width() + " for what takes it" : "",
            more));
  }

  private static double log2(double number) {
    return Math.log(number) / Math.log(2);
  }
}
