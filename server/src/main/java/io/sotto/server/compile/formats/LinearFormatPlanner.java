package io.sotto.server.compile.formats;

import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.operations.Op;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges.LayerBits;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Chooses the formats of a linear layer. It takes inputs with f_in fraction bits and weights with
 * fw, so its products have f_in + fw; of its outputs f_out are kept, and with them its products
 * need {@code L = m + f_in + fw - f_out} bits. Where those are too many for any ring, weights lose
 * fraction bits.
 *
 * @param wanted fraction bits of results that nobody calibrated
 * @param warnings takes what the user should know
 */
record LinearFormatPlanner(
    FixedPointSettings settings,
    KnownRanges known,
    WantedFractions wanted,
    Consumer<String> warnings) {
  /** The most bits of a linear layer's products that any ring takes. */
  static final int MAX_PRODUCT_BITS = 36;

  /** Weights stay below this magnitude; the kernels allow somewhat more. */
  private static final int MAX_WEIGHT_BITS = 15;

  /** The same in layers whose inputs have different fractions: coarse inputs have large weights. */
  private static final int MAX_MIXED_WEIGHT_BITS = 19;

  /** Layers of small weights get more fraction bits until the largest weight has so many. */
  private static final int MIN_WEIGHT_BITS = 9;

  private static final int MAX_WEIGHT_FRACTION = 20;

  /** Where products have too many bits, weights lose fraction bits down to so many. */
  private static final int MIN_WEIGHT_FRACTION = 4;

  /** A layer's formats, and its result. */
  record Planned(LinearFormat format, PlannedValue result) {}

  /**
   * @param value that the layer gives
   * @param inputs that it takes
   * @param partOfSum what the result's span is if only a sum that it is part of has a node, from
   *     the one that is proved
   */
  Planned plan(
      int value, Op.Linear layer, List<PlannedValue> inputs, UnaryOperator<Span> partOfSum) {
    JoinedInputs joined = JoinedInputs.of(layer.map(), inputs);
    int weightFraction = weightFraction(layer, inputs, joined);
    Products products = products(value, layer, joined, weightFraction, partOfSum);
    while (!products.fits(joined.bits(), settings.maxBits())
        && weightFraction > MIN_WEIGHT_FRACTION) {
      products = products(value, layer, joined, --weightFraction, partOfSum);
    }
    return planned(layer, products, joined);
  }

  /**
   * A layer's inputs one after another, all with the finest fraction of them: what coarser ones
   * lack goes into the weights.
   *
   * @param map of such inputs
   * @param bits of the widest
   * @param sameFractions whether none is coarser
   */
  private record JoinedInputs(
      AffineMap map, Bounds bounds, int fraction, int bits, boolean sameFractions) {
    static JoinedInputs of(AffineMap map, List<PlannedValue> inputs) {
      int fraction = 0;
      int bits = 0;
      for (PlannedValue input : inputs) {
        fraction = Math.max(fraction, input.format().fraction());
        bits = Math.max(bits, input.format().bits());
      }
      double[] columns = new double[map.inputs()];
      double[] units = new double[inputs.size()];
      int at = 0;
      for (int i = 0; i < units.length; i++) {
        ValueFormat format = inputs.get(i).format();
        int coarser = fraction - format.fraction();
        Arrays.fill(columns, at, at + format.elements(), Math.scalb(1.0, coarser));
        at += format.elements();
        units[i] = Math.scalb(1.0, -coarser);
      }
      return new JoinedInputs(
          map.scaledColumns(columns),
          Bounds.join(inputs.stream().map(PlannedValue::bounds).toList(), units),
          fraction,
          bits,
          Arrays.stream(units).allMatch(unit -> unit == 1));
    }
  }

  /**
   * Fraction bits of weights: as the settings say, but fewer for large weights, and more if the
   * weights of some input are small. Where inputs differ, weights may become larger than in other
   * layers.
   */
  private int weightFraction(Op.Linear layer, List<PlannedValue> inputs, JoinedInputs joined) {
    double largest = joined.map().maxWeight();
    double smallest = smallestOfInputs(inputs, joined.map().maxWeights(), largest);
    boolean alike = joined.sameFractions() && smallest == largest;
    int maxBits = alike ? MAX_WEIGHT_BITS : MAX_MIXED_WEIGHT_BITS;
    boolean chosen = known.layer(layer.name()).isPresent();
    int fraction =
        known.layer(layer.name()).map(LayerBits::weightFraction).orElse(settings.weightFraction());
    while (fraction > 0 && Math.scalb(largest, fraction) >= 1 << maxBits) {
      fraction--;
    }
    while (!chosen
        && fraction < MAX_WEIGHT_FRACTION
        && smallest > 0
        && Math.scalb(smallest, fraction + 1) < 1 << MIN_WEIGHT_BITS
        && Math.scalb(largest, fraction + 1) < 1 << maxBits) {
      fraction++;
    }
    if (Math.scalb(largest, fraction) >= 1 << maxBits) {
      throw new CompileException(
          "the weights of a layer reach %.3g; magnitudes below %d can be served"
              .formatted(largest, 1 << maxBits));
    }
    return fraction;
  }

  /** The largest weight of the input whose largest is the smallest, zeros aside. */
  private static double smallestOfInputs(
      List<PlannedValue> inputs, double[] byElement, double largest) {
    double smallest = largest;
    int at = 0;
    for (PlannedValue input : inputs) {
      double most = 0;
      for (int i = 0; i < input.format().elements(); i++) {
        most = Math.max(most, byElement[at++]);
      }
      smallest = most > 0 ? Math.min(smallest, most) : smallest;
    }
    return smallest;
  }

  /**
   * A linear layer with weights of so many fraction bits.
   *
   * @param wanted fraction bits of its results
   */
  private record Products(QuantizedMap weights, Bounds bound, Span span, int wanted) {
    int fraction(int inputBits, int maxBits) {
      int fraction = Math.min(wanted, weights.productFraction());
      while (fraction > 0 && bits(fraction, inputBits) > maxBits) {
        fraction--;
      }
      return fraction;
    }

    /** m, such that the products have at least as many bits as the inputs. */
    int bits(int fraction, int inputBits) {
      int dropped = weights.productFraction() - fraction;
      return ValueFormat.bits(span.maxAbs(), fraction, inputBits - dropped);
    }

    int wideBits(int fraction, int inputBits) {
      return bits(fraction, inputBits) + weights.productFraction() - fraction;
    }

    boolean fits(int inputBits, int maxBits) {
      return weights.fits(wideBits(fraction(inputBits, maxBits), inputBits));
    }
  }

  private Products products(
      int value,
      Op.Linear layer,
      JoinedInputs inputs,
      int weightFraction,
      UnaryOperator<Span> partOfSum) {
    QuantizedMap weights = QuantizedMap.of(inputs.map(), inputs.fraction(), weightFraction);
    Bounds bound = weights.bounds(inputs.bounds());
    int finest = Math.min(wanted.of(value, 1), inputs.fraction() + weightFraction);
    Span span = span(layer, bound, finest, partOfSum);
    double typical = known.typical(layer.result(), span.maxAbs());
    int fraction =
        known
            .layer(layer.name())
            .map(LayerBits::fraction)
            .orElseGet(() -> wanted.of(value, typical));
    return new Products(weights, bound, span, fraction);
  }

  /** What bits of a layer's results are chosen for. */
  private Span span(Op.Linear layer, Bounds bound, int fraction, UnaryOperator<Span> partOfSum) {
    Span proved = Span.of(bound);
    if (known.isMeasured() && layer.result() == null) {
      return partOfSum.apply(proved);
    }
    if (ValueFormat.bits(proved.maxAbs(), fraction, 0) > settings.maxBits()
        && known.synthetic(layer.result()).isPresent()) {
      warnings.accept(
          "bounds are too wide for some layers; their formats follow from random inputs, times %.0f: calibrate before serving"
              .formatted(KnownRanges.SYNTHETIC_HEADROOM));
      return proved.meet(known.synthetic(layer.result()).orElseThrow());
    }
    return known.within(layer.result(), proved);
  }

  private Planned planned(Op.Linear layer, Products products, JoinedInputs inputs) {
    int fraction = products.fraction(inputs.bits(), settings.maxBits());
    int bits = products.bits(fraction, inputs.bits());
    int wideBits = products.wideBits(fraction, inputs.bits());
    require(layer.name(), products.span().maxAbs(), bits, wideBits);
    if (fraction < products.wanted()) {
      warnings.accept(
          "%s: values up to %.3g (%s) leave %d fraction bits instead of %d; %s"
              .formatted(
                  layer.name(),
                  products.span().maxAbs(),
                  known.isMeasured() ? "calibration times headroom" : "a bound",
                  fraction,
                  products.wanted(),
                  known.isMeasured() ? "raise max-bits to keep more" : "calibrate the model"));
    }
    double largest = products.bound().maxAbs();
    double expected = known.expected(layer.result(), largest);
    LinearFormat format =
        new LinearFormat(
            layer,
            products.weights(),
            inputs.fraction(),
            fraction,
            bits,
            wideBits,
            expected,
            largest,
            products.wanted());
    Bounds rounded = products.bound().widened(Math.scalb(1.0, -fraction));
    Bounds bounds = rounded.within(Math.scalb(1.0, bits - 1 - fraction));
    return new Planned(format, PlannedValue.of(fraction, bits, expected, products.span(), bounds));
  }

  private void require(String name, double magnitude, int bits, int wideBits) {
    if (bits <= settings.maxBits() && wideBits <= MAX_PRODUCT_BITS) {
      return;
    }
    throw new CompileException(
        "the values of %s (up to %.3g, %s) need %d bits and their products %d; allowed are %d (max-bits) and %d; %s"
            .formatted(
                name,
                magnitude,
                known.isMeasured() ? "as calibrated" : "a bound",
                bits,
                wideBits,
                settings.maxBits(),
                MAX_PRODUCT_BITS,
                known.isMeasured()
                    ? "raise max-bits or lower the fractions"
                    : "calibrate the model"));
  }
}
