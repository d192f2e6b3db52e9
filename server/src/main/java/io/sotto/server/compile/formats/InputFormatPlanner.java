package io.sotto.server.compile.formats;

import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import io.sotto.server.model.Ranges.InputBits;
import java.util.Optional;
import java.util.function.Consumer;

/** Chooses how the client encodes inputs: as calibrated, or by the settings. */
record InputFormatPlanner(
    FixedPointSettings settings, KnownRanges known, Consumer<String> warnings) {
  /** An input of more bits than this loses fraction bits. */
  private static final int MAX_INPUT_BITS = 20;

  InputFormat plan(String name) {
    Optional<InputBits> chosen = known.input(name);
    double limit = limit(name, chosen);
    int fraction = chosen.map(InputBits::fraction).orElseGet(() -> fraction(limit));
    return new InputFormat(Math.max(1, (long) Math.ceil(Math.scalb(limit, fraction))), fraction);
  }

  private double limit(String name, Optional<InputBits> chosen) {
    Double limit = settings.inputLimit();
    Ranges measured = known.measured();
    if (limit != null) {
      chosen.ifPresent(bits -> warnIfBeyond(limit, bits.limit()));
      return limit;
    }
    if (chosen.isPresent()) {
      return chosen.get().limit();
    }
    if (measured != null) {
      return Math.max(measured.maxAbs(name), 1e-6) * settings.headroom();
    }
    warnings.accept(
        "inputs are taken to lie within -1..1; set input-limit if that is not so, or calibrate");
    return 1;
  }

  private void warnIfBeyond(double limit, double calibrated) {
    if (limit > calibrated) {
      warnings.accept(
          "input-limit is %.4g, but the model was calibrated for inputs within -%.4g..%.4g: values may overflow; run `sotto calibrate` with this limit"
              .formatted(limit, calibrated, calibrated));
    }
  }

  private int fraction(double limit) {
    int wholeBits = Math.max(0, Math.getExponent(limit) + 1);
    int fraction = Math.max(0, Math.min(settings.inputFraction(), MAX_INPUT_BITS - wholeBits));
    if (limit < 1) {
      // Small inputs keep as many significant bits as those of magnitude 1.
      fraction = Math.min(fraction - Math.getExponent(limit), 2 * MAX_INPUT_BITS);
    }
    return fraction;
  }
}
