package io.sotto.server.compile;

import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.shares.WideFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives every value of a model its fixed-point format.
 *
 * <p>A linear layer takes inputs with f_in fraction bits and weights with fw, so its products have
 * f_in + fw; of its outputs f_out are kept. An output is given m bits: as few as hold the largest
 * magnitude expected. That is what calibration saw times the headroom, or the bound that interval
 * arithmetic over the integer weights proves, whichever is smaller; values that need more overflow,
 * which the bound excludes and calibration makes unlikely. The products then live modulo 2^L with L
 * = m + f_in + fw - f_out, and L must hold the layer's inputs too.
 */
final class FormatPlanner {
  /** Weights stay below this magnitude; the kernels allow somewhat more. */
  private static final int MAX_WEIGHT_BITS = 15;

  /** Layers of small weights get more fraction bits until the largest weight has so many. */
  private static final int MIN_WEIGHT_BITS = 9;

  private static final int MAX_WEIGHT_FRACTION = 20;

  /** An input of more bits than this loses fraction bits. */
  private static final int MAX_INPUT_BITS = 20;

  private static final int MIN_BITS = 4;

  /** The input as the client encodes it: the largest scaled magnitude, and the fraction. */
  record InputFormat(long limit, int fraction) {
    double realLimit() {
      return Math.scalb((double) limit, -fraction);
    }

    /** Bits that hold the limit in two's complement. */
    int bits() {
      return 1 + Long.SIZE - Long.numberOfLeadingZeros(limit);
    }
  }

  /**
   * A linear layer with all its formats.
   *
   * @param bits m
   * @param wideBits L
   * @param expected the largest magnitude seen in calibration, or the bound where there was none
   * @param bound the largest magnitude possible
   */
  record LinearFormat(
      Layer.Linear layer,
      QuantizedMap weights,
      int inputFraction,
      int outputFraction,
      int bits,
      int wideBits,
      double expected,
      double bound) {
    WideFormat input() {
      return new WideFormat(weights.inputs(), wideBits, inputFraction);
    }

    NarrowFormat output() {
      return new NarrowFormat(weights.outputs(), bits, outputFraction);
    }
  }

  /** Everything that was decided, and what the user should know about it. */
  record Formats(InputFormat input, List<LinearFormat> linear, List<String> warnings) {}

  private final FixedPointSettings settings;
  private final @Nullable Ranges ranges;
  private final List<String> warnings = new ArrayList<>();

  private FormatPlanner(FixedPointSettings settings, @Nullable Ranges ranges) {
    this.settings = settings;
    this.ranges = ranges;
  }

  /**
   * @param input the name of the model's input
   * @throws CompileException if some value fits no format that the settings allow
   */
  static Formats plan(
      List<Layer> layers, String input, FixedPointSettings settings, @Nullable Ranges ranges) {
    return new FormatPlanner(settings, ranges).run(layers, input);
  }

  private Formats run(List<Layer> layers, String inputName) {
    InputFormat input = input(inputName);
    List<LinearFormat> formats = new ArrayList<>();
    int fraction = input.fraction();
    int bits = input.bits();
    QuantizedMap.Bounds bounds = null;
    int last = lastLinear(layers);
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof Layer.Linear linear) {
        if (bounds == null) {
          bounds = QuantizedMap.Bounds.symmetric(linear.map().inputs(), input.realLimit());
        }
        int wanted = i == last ? settings.outputFraction() : settings.hiddenFraction();
        LinearFormat format = linear(linear, bounds, fraction, bits, wanted);
        formats.add(format);
        bounds = format.weights().bounds(bounds).widened(Math.scalb(1.0, -format.outputFraction()));
        fraction = format.outputFraction();
        bits = format.bits();
      } else if (bounds != null) {
        bounds = bounds.relu();
      }
    }
    return new Formats(input, List.copyOf(formats), List.copyOf(warnings));
  }

  private static int lastLinear(List<Layer> layers) {
    int last = layers.size() - 1;
    return layers.get(last) instanceof Layer.Linear ? last : last - 1;
  }

  private InputFormat input(String name) {
    double limit;
    if (settings.inputLimit() != null) {
      limit = settings.inputLimit();
    } else if (ranges != null) {
      limit = Math.max(ranges.maxAbs(name), 1e-6) * settings.headroom();
    } else {
      limit = 1;
      warnings.add(
          "inputs are taken to lie within -1..1; set input-limit if that is not so, or calibrate");
    }
    if (ranges == null) {
      warnings.add(
          "the formats follow from bounds, which makes them wider than need be; run `sotto calibrate DIR"
              + " --input X.npy` with typical inputs to measure the ranges");
    }
    int wholeBits = Math.max(0, Math.getExponent(limit) + 1);
    int fraction = Math.max(0, Math.min(settings.inputFraction(), MAX_INPUT_BITS - wholeBits));
    if (limit < 1) {
      // Small inputs keep as many significant bits as those of magnitude 1.
      fraction = Math.min(fraction - Math.getExponent(limit), 2 * MAX_INPUT_BITS);
    }
    return new InputFormat(Math.max(1, (long) Math.ceil(Math.scalb(limit, fraction))), fraction);
  }

  private int weightFraction(AffineMap map) {
    double largest = map.maxWeight();
    int fraction = settings.weightFraction();
    while (fraction > 0 && Math.scalb(largest, fraction) >= 1 << MAX_WEIGHT_BITS) {
      fraction--;
    }
    while (fraction < MAX_WEIGHT_FRACTION
        && largest > 0
        && Math.scalb(largest, fraction + 1) < 1 << MIN_WEIGHT_BITS) {
      fraction++;
    }
    if (Math.scalb(largest, fraction) >= 1 << MAX_WEIGHT_BITS) {
      throw new CompileException(
          "the weights of a layer reach %.3g; magnitudes below %d can be served"
              .formatted(largest, 1 << MAX_WEIGHT_BITS));
    }
    return fraction;
  }

  private LinearFormat linear(
      Layer.Linear layer,
      QuantizedMap.Bounds inputs,
      int inputFraction,
      int inputBits,
      int wanted) {
    int weightFraction = weightFraction(layer.map());
    QuantizedMap weights = QuantizedMap.of(layer.map(), inputFraction, weightFraction);
    double bound = weights.bounds(inputs).maxAbs();
    double expected = ranges == null ? bound : ranges.maxAbs(layer.result().name());
    double held = ranges == null ? bound : Math.min(bound, expected * settings.headroom());
    int fraction = Math.min(wanted, inputFraction + weightFraction);
    int bits;
    while ((bits = bits(held, fraction, inputBits - (inputFraction + weightFraction - fraction)))
            > settings.maxBits()
        && fraction > 0) {
      fraction--;
    }
    int wideBits = bits + inputFraction + weightFraction - fraction;
    if (bits > settings.maxBits() || wideBits > WideFormat.MAX_BITS) {
      throw new CompileException(
          "the values of %s (up to %.3g, %s) need %d bits and their products %d; allowed are %d (max-bits) and %d; %s"
              .formatted(
                  layer.name(),
                  held,
                  ranges == null ? "a bound" : "as calibrated",
                  bits,
                  wideBits,
                  settings.maxBits(),
                  WideFormat.MAX_BITS,
                  ranges == null
                      ? "calibrate the model"
                      : "raise max-bits or lower the fractions"));
    }
    if (fraction < wanted) {
      warnings.add(
          "%s: values up to %.3g (%s) leave %d fraction bits instead of %d; %s"
              .formatted(
                  layer.name(),
                  held,
                  ranges == null ? "a bound" : "calibration times headroom",
                  fraction,
                  wanted,
                  ranges == null ? "calibrate the model" : "raise max-bits to keep more"));
    }
    return new LinearFormat(
        layer, weights, inputFraction, fraction, bits, wideBits, expected, bound);
  }

  /** The width that holds a magnitude, one unit more for the protocol's rounding. */
  private static int bits(double magnitude, int fraction, int atLeast) {
    double scaled = Math.ceil(Math.scalb(magnitude, fraction)) + 1;
    int bits = scaled >= 1L << 61 ? 63 : 1 + Long.SIZE - Long.numberOfLeadingZeros((long) scaled);
    return Math.max(Math.max(bits, MIN_BITS), atLeast);
  }
}
