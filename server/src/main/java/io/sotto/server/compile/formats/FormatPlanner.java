package io.sotto.server.compile.formats;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.graph.Node;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.formats.QuantizedMap.Bounds;
import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Op.Term;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives every value of a model its fixed-point format.
 *
 * <p>Forwards, each value gets its fraction and m, the bits that it needs: as few as hold the
 * largest magnitude expected. That is what calibration saw times the headroom, or the bound that
 * interval arithmetic over the integer weights proves, whichever is smaller; values that need more
 * overflow, which the bound excludes and calibration makes unlikely. A linear layer takes inputs
 * with f_in fraction bits and weights with fw, so its products have f_in + fw; of its outputs f_out
 * are kept. Sums take the finest fraction of their terms.
 *
 * <p>Backwards, each value's shares get the width that the steps which take them need: a linear
 * layer of m bits needs {@code L = m + f_in + fw - f_out}, a sum and a pooling what their result
 * needs, a comparison m.
 */
public final class FormatPlanner {
  /** Weights stay below this magnitude; the kernels allow somewhat more. */
  private static final int MAX_WEIGHT_BITS = 15;

  /** The same in layers whose inputs have different fractions: coarse inputs have large weights. */
  private static final int MAX_MIXED_WEIGHT_BITS = 19;

  /** Layers of small weights get more fraction bits until the largest weight has so many. */
  private static final int MIN_WEIGHT_BITS = 9;

  private static final int MAX_WEIGHT_FRACTION = 20;

  /** Where products have too many bits, weights lose fraction bits down to so many. */
  private static final int MIN_WEIGHT_FRACTION = 4;

  /** An input of more bits than this loses fraction bits. */
  private static final int MAX_INPUT_BITS = 20;

  private static final int MIN_BITS = 4;

  /** Fraction bits of outputs of magnitude 1; larger ones may have fewer. */
  private static final int MIN_OUTPUT_BITS = 10;

  private static final int MIN_HIDDEN_BITS = 12;
  private static final int MAX_FRACTION = 20;
  private static final int MAX_FACTOR_FRACTION = 12;

  /** The most bits in which numbers are compared. */
  private static final int MAX_COMPARED_BITS = 40;

  /** The most bits of a linear layer's products that any ring takes. */
  private static final int MAX_PRODUCT_BITS = 36;

  /** More than the smaller rings take isn't worth it for wider results. */
  private static final int MAX_WIDENED_BITS = 32;

  /** Fraction bits of what is multiplied, if linear layers give it in as many bits as products. */
  static final List<Integer> FACTOR_FRACTIONS = List.of(8, 7);

  /** The same if it is widened. */
  static final int WIDENED_FACTOR_FRACTION = 10;

  /** How much further than random inputs real ones are taken to go where bounds are too wide. */
  private static final double SYNTHETIC_HEADROOM = 4;

  /** An input as the client encodes it: the largest scaled magnitude, and the fraction. */
  public record InputFormat(long limit, int fraction) {
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
   * @param inputFraction of the input with the finest fraction; the weights of others are larger
   * @param bits m, the width of its shares
   * @param wideBits L
   * @param bound the largest magnitude possible
   * @param wanted fraction bits that the settings ask for
   */
  public record LinearFormat(
      Op.Linear layer,
      QuantizedMap weights,
      int inputFraction,
      int outputFraction,
      int bits,
      int wideBits,
      double expected,
      double bound,
      int wanted) {
    public int productFraction() {
      return inputFraction + weights.weightFraction();
    }

    /** Bits of the products that are dropped. */
    public int dropped() {
      return productFraction() - outputFraction;
    }

    LinearFormat withWidth(int width) {
      return new LinearFormat(
          layer,
          weights,
          inputFraction,
          outputFraction,
          width,
          wideBits + width - bits,
          expected,
          bound,
          wanted);
    }
  }

  /**
   * Everything that was decided, and what the user should know about it.
   *
   * @param values the format of each value
   * @param inputs by value
   * @param linear by value
   * @param compared by value: the bits in which a pooling compares
   * @param halfCells the values that stay as linear layers give them
   */
  public record Formats(
      List<ValueFormat> values,
      Map<Integer, InputFormat> inputs,
      Map<Integer, LinearFormat> linear,
      Map<Integer, Integer> compared,
      HalfCells halfCells,
      List<String> warnings) {}

  /** The ends of the range that a value's bits are chosen for. */
  private record Held(double low, double high) {
    double maxAbs() {
      return Math.max(-low, high);
    }
  }

  private final Operations operations;
  private final FixedPointSettings settings;
  private final @Nullable Ranges ranges;
  private final @Nullable Ranges synthetic;
  private final int factorFraction;
  private final Set<String> warnings = new LinkedHashSet<>();
  private final List<ValueFormat> values = new ArrayList<>();
  private final List<Bounds> bounds = new ArrayList<>();
  private final List<Held> helds = new ArrayList<>();
  private final Map<Integer, InputFormat> inputs = new HashMap<>();
  private final Map<Integer, LinearFormat> linear = new HashMap<>();
  private final Map<Integer, Integer> compared = new HashMap<>();
  private final boolean[] onlyOutputs;
  private final boolean[] factors;

  private FormatPlanner(
      Operations operations,
      FixedPointSettings settings,
      @Nullable Ranges ranges,
      @Nullable Ranges synthetic,
      int factorFraction) {
    this.operations = operations;
    this.settings = settings;
    this.ranges = ranges;
    this.synthetic = synthetic;
    this.factorFraction = factorFraction;
    this.onlyOutputs = new boolean[operations.count()];
    this.factors = new boolean[operations.count()];
    whereTo();
  }

  /**
   * @param ranges what calibration saw; null for none
   * @param synthetic what random inputs gave, for where bounds are too wide; null for none
   * @param factorFraction fraction bits of what is multiplied
   * @throws CompileException if some value fits no format that the settings allow
   */
  static Formats plan(
      Operations operations,
      FixedPointSettings settings,
      @Nullable Ranges ranges,
      @Nullable Ranges synthetic,
      int factorFraction) {
    return new FormatPlanner(operations, settings, ranges, synthetic, factorFraction).run();
  }

  private Formats run() {
    for (int value = 0; value < operations.count(); value++) {
      Op op = operations.of(value);
      if (op instanceof Op.Input input) {
        input(value, input);
      } else if (op instanceof Op.Linear layer) {
        linear(value, layer);
      } else if (op instanceof Op.Combine sum) {
        combine(sum);
      } else if (op instanceof Op.Relu relu) {
        relu(relu);
      } else if (op instanceof Op.Widen widen) {
        same(widen.input());
      } else if (op instanceof Op.Round round) {
        round(round);
      } else if (op instanceof Op.MaxPool pool) {
        maxPool(value, pool);
      } else if (op instanceof Op.Multiply product) {
        multiply(value, product);
      } else if (op instanceof Op.ArgMax argMax) {
        argMax(argMax);
      }
    }
    HalfCells halfCells = HalfCells.of(operations, values, linear);
    widths(halfCells);
    if (ranges == null) {
      warnings.add(
          "the formats follow from bounds, which makes them wider than need be; run `sotto calibrate DIR"
              + " --input X.npy` with typical inputs to measure the ranges");
    }
    return new Formats(
        List.copyOf(values), inputs, linear, compared, halfCells, List.copyOf(warnings));
  }

  /** Which values only lead to outputs without another linear layer, and which are multiplied. */
  private void whereTo() {
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

  private void add(int elements, int fraction, int bits, double expected, Held held, Bounds bound) {
    if (bits > ExactFormat.MAX_BITS) {
      throw new CompileException(
          "a value up to %.3g needs %d bits; allowed are %d"
              .formatted(held.maxAbs(), bits, ExactFormat.MAX_BITS));
    }
    values.add(new ValueFormat(elements, fraction, bits, bits, expected, held.maxAbs()));
    helds.add(held);
    bounds.add(bound);
  }

  /** A value of the same numbers as another. */
  private void same(int input) {
    values.add(values.get(input));
    helds.add(helds.get(input));
    bounds.add(bounds.get(input));
  }

  private void input(int value, Op.Input op) {
    InputFormat input = input(op.name());
    inputs.put(value, input);
    double limit = input.realLimit();
    add(
        op.elements(),
        input.fraction(),
        input.bits(),
        limit,
        new Held(-limit, limit),
        Bounds.symmetric(op.elements(), limit));
  }

  private InputFormat input(String name) {
    Optional<Ranges.InputBits> chosen =
        Optional.ofNullable(ranges).flatMap(known -> known.input(name));
    double limit;
    if (settings.inputLimit() != null) {
      limit = settings.inputLimit();
      chosen.ifPresent(bits -> warnIfBeyond(limit, bits.limit()));
    } else if (chosen.isPresent()) {
      limit = chosen.get().limit();
    } else if (ranges != null) {
      limit = Math.max(ranges.maxAbs(name), 1e-6) * settings.headroom();
    } else {
      limit = 1;
      warnings.add(
          "inputs are taken to lie within -1..1; set input-limit if that is not so, or calibrate");
    }
    int fraction = chosen.map(Ranges.InputBits::fraction).orElseGet(() -> inputFraction(limit));
    return new InputFormat(Math.max(1, (long) Math.ceil(Math.scalb(limit, fraction))), fraction);
  }

  private void warnIfBeyond(double limit, double calibrated) {
    if (limit > calibrated) {
      warnings.add(
          "input-limit is %.4g, but the model was calibrated for inputs within -%.4g..%.4g: values may overflow; run `sotto calibrate` with this limit"
              .formatted(limit, calibrated, calibrated));
    }
  }

  private int inputFraction(double limit) {
    int wholeBits = Math.max(0, Math.getExponent(limit) + 1);
    int fraction = Math.max(0, Math.min(settings.inputFraction(), MAX_INPUT_BITS - wholeBits));
    if (limit < 1) {
      // Small inputs keep as many significant bits as those of magnitude 1.
      fraction = Math.min(fraction - Math.getExponent(limit), 2 * MAX_INPUT_BITS);
    }
    return fraction;
  }

  /**
   * Fraction bits of weights: as the settings say, but fewer for large weights, and more if the
   * weights of some input are small. Where inputs differ, weights may become larger than in other
   * layers.
   */
  private int weightFraction(Op.Linear layer, AffineMap map, boolean sameFractions) {
    double largest = map.maxWeight();
    double[] byInput = map.maxWeights();
    double smallest = largest;
    int at = 0;
    for (int input : layer.inputs()) {
      double most = 0;
      for (int i = 0; i < values.get(input).elements(); i++) {
        most = Math.max(most, byInput[at++]);
      }
      smallest = most > 0 ? Math.min(smallest, most) : smallest;
    }
    boolean alike = sameFractions && smallest == largest;
    int maxBits = alike ? MAX_WEIGHT_BITS : MAX_MIXED_WEIGHT_BITS;
    int fraction =
        chosen(layer).map(Ranges.LayerBits::weightFraction).orElse(settings.weightFraction());
    while (fraction > 0 && Math.scalb(largest, fraction) >= 1 << maxBits) {
      fraction--;
    }
    while (chosen(layer).isEmpty()
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

  private void linear(int value, Op.Linear layer) {
    int inputFraction = 0;
    int inputBits = 0;
    for (int input : layer.inputs()) {
      inputFraction = Math.max(inputFraction, values.get(input).fraction());
      inputBits = Math.max(inputBits, values.get(input).bits());
    }
    double[] columns = new double[layer.map().inputs()];
    double[] units = new double[layer.inputs().size()];
    int at = 0;
    for (int i = 0; i < units.length; i++) {
      ValueFormat format = values.get(layer.inputs().get(i));
      int coarser = inputFraction - format.fraction();
      Arrays.fill(columns, at, at + format.elements(), Math.scalb(1.0, coarser));
      at += format.elements();
      units[i] = Math.scalb(1.0, -coarser);
    }
    AffineMap map = layer.map().scaledColumns(columns);
    boolean sameFractions = Arrays.stream(units).allMatch(unit -> unit == 1);
    Bounds joined = Bounds.join(layer.inputs().stream().map(bounds::get).toList(), units);
    int weightFraction = weightFraction(layer, map, sameFractions);
    Products products = products(value, layer, map, joined, inputFraction, weightFraction);
    while (!products.fits(inputBits, settings.maxBits()) && weightFraction > MIN_WEIGHT_FRACTION) {
      products = products(value, layer, map, joined, inputFraction, --weightFraction);
    }
    put(value, layer, products, inputFraction, inputBits);
  }

  /** A linear layer with weights of so many fraction bits. */
  private record Products(QuantizedMap weights, Bounds bound, Held held, int wanted) {
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
      return FormatPlanner.bits(held.maxAbs(), fraction, inputBits - dropped);
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
      AffineMap map,
      Bounds inputs,
      int inputFraction,
      int weightFraction) {
    QuantizedMap weights = QuantizedMap.of(map, inputFraction, weightFraction);
    Bounds bound = weights.bounds(inputs);
    int productFraction = inputFraction + weightFraction;
    Held held = held(layer, value, bound, Math.min(wanted(value, 1), productFraction));
    double typical = held.maxAbs();
    if (ranges == null && synthetic != null && layer.result() != null) {
      typical = Math.min(typical, synthetic.maxAbs(layer.result().name()) * SYNTHETIC_HEADROOM);
    }
    int wanted = chosen(layer).map(Ranges.LayerBits::fraction).orElse(wanted(value, typical));
    return new Products(weights, bound, held, wanted);
  }

  /** What calibration found that a layer needs. */
  private Optional<Ranges.LayerBits> chosen(Op.Linear layer) {
    return Optional.ofNullable(ranges).flatMap(known -> known.layer(layer.name()));
  }

  private void put(
      int value, Op.Linear layer, Products products, int inputFraction, int inputBits) {
    int fraction = products.fraction(inputBits, settings.maxBits());
    int bits = products.bits(fraction, inputBits);
    int wideBits = products.wideBits(fraction, inputBits);
    double largest = products.bound().maxAbs();
    double magnitude = products.held().maxAbs();
    if (bits > settings.maxBits() || wideBits > MAX_PRODUCT_BITS) {
      throw new CompileException(
          "the values of %s (up to %.3g, %s) need %d bits and their products %d; allowed are %d (max-bits) and %d; %s"
              .formatted(
                  layer.name(),
                  magnitude,
                  ranges == null ? "a bound" : "as calibrated",
                  bits,
                  wideBits,
                  settings.maxBits(),
                  MAX_PRODUCT_BITS,
                  ranges == null
                      ? "calibrate the model"
                      : "raise max-bits or lower the fractions"));
    }
    if (fraction < products.wanted()) {
      warnings.add(
          "%s: values up to %.3g (%s) leave %d fraction bits instead of %d; %s"
              .formatted(
                  layer.name(),
                  magnitude,
                  ranges == null ? "a bound" : "calibration times headroom",
                  fraction,
                  products.wanted(),
                  ranges == null ? "calibrate the model" : "raise max-bits to keep more"));
    }
    double expected = expected(layer.result(), largest);
    linear.put(
        value,
        new LinearFormat(
            layer,
            products.weights(),
            inputFraction,
            fraction,
            bits,
            wideBits,
            expected,
            largest,
            products.wanted()));
    add(
        layer.elements(),
        fraction,
        bits,
        expected,
        products.held(),
        products
            .bound()
            .widened(Math.scalb(1.0, -fraction))
            .within(Math.scalb(1.0, bits - 1 - fraction)));
  }

  /** Fraction bits of a linear layer's results; small results get more. */
  private int wanted(int value, double magnitude) {
    int wholeBits = magnitude > 0 ? Math.getExponent(magnitude) : 0;
    if (factors[value]) {
      return Math.max(
          factorFraction, Math.min(factorFraction + 2 - wholeBits, MAX_FACTOR_FRACTION));
    }
    return onlyOutputs[value]
        ? Math.max(settings.outputFraction(), Math.min(MIN_OUTPUT_BITS - wholeBits, MAX_FRACTION))
        : Math.max(settings.hiddenFraction(), Math.min(MIN_HIDDEN_BITS - wholeBits, MAX_FRACTION));
  }

  private double expected(@Nullable Node node, double bound) {
    return ranges == null || node == null ? bound : ranges.maxAbs(node.name());
  }

  /** What a linear layer's results are held for. */
  private Held held(Op.Linear layer, int value, Bounds bound, int fraction) {
    Held proved = new Held(bound.min(), bound.max());
    Node node = layer.result();
    if (ranges != null && node == null) {
      return partOfSum(value, proved);
    }
    if (ranges == null
        && synthetic != null
        && node != null
        && bits(proved.maxAbs(), fraction, MIN_BITS) > settings.maxBits()) {
      warnings.add(
          "bounds are too wide for some layers; their formats follow from random inputs, times %.0f: calibrate before serving"
              .formatted(SYNTHETIC_HEADROOM));
      return meet(proved, range(synthetic, node, SYNTHETIC_HEADROOM));
    }
    return ranges == null || node == null
        ? proved
        : meet(proved, range(ranges, node, settings.headroom()));
  }

  /** No node has the results of this layer, but one has their sum with other values. */
  private Held partOfSum(int value, Held proved) {
    for (Op op : operations.all()) {
      if (ranges != null
          && op instanceof Op.Combine sum
          && sum.result() != null
          && sum.inputs().contains(value)) {
        double others = range(ranges, sum.result(), settings.headroom()).maxAbs();
        for (Term term : sum.terms()) {
          if (term.value() < value) {
            others +=
                Math.abs(Math.scalb((double) term.coefficient(), -term.exponent()))
                    * helds.get(term.value()).maxAbs();
          }
        }
        return meet(proved, new Held(-others, others));
      }
    }
    return proved;
  }

  private static Held range(Ranges ranges, Node node, double headroom) {
    return new Held(
        Math.min(0, ranges.heldMin(node.name(), headroom)),
        Math.max(0, ranges.heldMax(node.name(), headroom)));
  }

  private static Held meet(Held a, Held b) {
    return new Held(Math.max(a.low, b.low), Math.min(a.high, b.high));
  }

  /** What is derived from other values, and perhaps was seen in calibration. */
  private Held held(@Nullable Node node, Held derived) {
    if (node == null || ranges == null) {
      return derived;
    }
    return meet(derived, range(ranges, node, settings.headroom()));
  }

  private void combine(Op.Combine sum) {
    int fraction = 0;
    for (Term term : sum.terms()) {
      fraction = Math.max(fraction, values.get(term.value()).fraction() + term.exponent());
    }
    double[] low = new double[sum.elements()];
    double[] high = new double[sum.elements()];
    double[] heldLow = new double[sum.elements()];
    double[] heldHigh = new double[sum.elements()];
    if (sum.constants() != null) {
      for (int i = 0; i < low.length; i++) {
        low[i] = sum.constants()[i];
        high[i] = low[i];
        heldLow[i] = low[i];
        heldHigh[i] = low[i];
      }
    }
    for (Term term : sum.terms()) {
      double factor = Math.scalb((double) term.coefficient(), -term.exponent());
      Bounds of = bounds.get(term.value());
      Held held = helds.get(term.value());
      for (int i = 0; i < low.length; i++) {
        int ref = term.refs()[i];
        if (ref != AffineMap.ZERO) {
          low[i] += factor * (factor > 0 ? of.low()[ref] : of.high()[ref]);
          high[i] += factor * (factor > 0 ? of.high()[ref] : of.low()[ref]);
          heldLow[i] += factor * (factor > 0 ? held.low : held.high);
          heldHigh[i] += factor * (factor > 0 ? held.high : held.low);
        }
      }
    }
    Bounds bound = new Bounds(low, high);
    Bounds derived = new Bounds(heldLow, heldHigh);
    Held both = meet(new Held(bound.min(), bound.max()), new Held(derived.min(), derived.max()));
    Held held = held(sum.result(), both);
    add(
        sum.elements(),
        fraction,
        bits(held.maxAbs(), fraction, MIN_BITS),
        Math.min(held.maxAbs(), expected(sum.result(), held.maxAbs())),
        held,
        bound);
  }

  /** Errors of what is added up grow as the root of its count: half of its bits are dropped. */
  private void round(Op.Round round) {
    ValueFormat input = values.get(round.input());
    int coarser = (int) Math.floor(Math.log(round.summed()) / Math.log(2) / 2);
    int fraction = Math.max(0, input.fraction() - coarser);
    Held held = helds.get(round.input());
    add(
        round.elements(),
        fraction,
        bits(held.maxAbs(), fraction, MIN_BITS),
        input.expected(),
        held,
        bounds.get(round.input()).widened(Math.scalb(1.0, -fraction)));
  }

  private void relu(Op.Relu relu) {
    ValueFormat input = values.get(relu.input());
    requireCompared(relu.name(), input.bits());
    Held before = helds.get(relu.input());
    Held held = held(relu.result(), new Held(0, Math.max(0, before.high)));
    // As many bits as its input: shares of the result are at least as wide.
    add(
        relu.elements(),
        input.fraction(),
        input.bits(),
        expected(relu.result(), input.expected()),
        held,
        bounds.get(relu.input()).relu());
  }

  private void maxPool(int value, Op.MaxPool pool) {
    ValueFormat input = values.get(pool.input());
    Held held = helds.get(pool.input());
    int bits = bits(held.high - held.low, input.fraction(), input.bits());
    requireCompared(pool.name(), bits);
    compared.put(value, bits);
    Bounds before = bounds.get(pool.input());
    double[] low = new double[pool.elements()];
    double[] high = new double[pool.elements()];
    Arrays.fill(low, before.min());
    Arrays.fill(high, before.max());
    add(
        pool.elements(),
        input.fraction(),
        input.bits(),
        input.expected(),
        held,
        new Bounds(low, high));
  }

  private static void requireCompared(String name, int bits) {
    if (bits > MAX_COMPARED_BITS) {
      throw new CompileException(
          "%s compares numbers of %d bits; allowed are %d; calibrate the model, or lower the fractions"
              .formatted(name, bits, MAX_COMPARED_BITS));
    }
  }

  /** What is multiplied again, by weights or by others, drops bits first. */
  private void multiply(int value, Op.Multiply product) {
    ValueFormat left = values.get(product.left());
    ValueFormat right = values.get(product.right());
    int products = left.fraction() + right.fraction();
    Bounds a = bounds.get(product.left());
    Bounds b = bounds.get(product.right());
    double[] low = new double[product.elements()];
    double[] high = new double[product.elements()];
    for (int i = 0; i < low.length; i++) {
      double[] ends = {
        a.low()[i] * b.low()[i],
        a.low()[i] * b.high()[i],
        a.high()[i] * b.low()[i],
        a.high()[i] * b.high()[i]
      };
      Arrays.sort(ends);
      low[i] = product.left() == product.right() ? Math.max(0, ends[0]) : ends[0];
      high[i] = ends[3];
    }
    Bounds bound = new Bounds(low, high);
    double largest = left.held() * right.held();
    Held held =
        held(
            product.result(),
            meet(new Held(bound.min(), bound.max()), new Held(-largest, largest)));
    int fraction = onlyOutputs[value] ? products : Math.min(products, wanted(value, held.maxAbs()));
    add(
        product.elements(),
        fraction,
        bits(held.maxAbs(), fraction, Math.max(left.bits(), right.bits()) - (products - fraction)),
        expected(product.result(), held.maxAbs()),
        held,
        bound);
  }

  private void argMax(Op.ArgMax argMax) {
    requireCompared(argMax.name(), argMaxBits(argMax));
    double last = argMax.length() - 1.0;
    add(
        argMax.rows(),
        0,
        indexBits(argMax.length()),
        last,
        new Held(0, last),
        Bounds.symmetric(argMax.rows(), last));
  }

  /** Bits of what an arg-max compares: the differences of values with places below them. */
  private int argMaxBits(Op.ArgMax argMax) {
    return values.get(argMax.input()).bits() + 1 + indexBits(argMax.length());
  }

  /** Bits that hold a place in two's complement. */
  static int indexBits(int length) {
    return Math.max(2, 1 + Integer.SIZE - Integer.numberOfLeadingZeros(length - 1));
  }

  /** From the last value to the first: the widths that the steps need. */
  private void widths(HalfCells halfCells) {
    for (int value = operations.count() - 1; value >= 0; value--) {
      ValueFormat format = values.get(value);
      Op op = operations.of(value);
      int width = format.width();
      if (op instanceof Op.Linear layer) {
        LinearFormat products = linearFormat(value);
        // Exact shares can be extended when they are truncated, at the price of a comparison.
        int wide = width + products.dropped();
        boolean widens =
            halfCells.contains(value)
                || (wide <= MAX_WIDENED_BITS && products.weights().fits(wide));
        LinearFormat wider = widens ? products.withWidth(width) : products;
        requireRing(layer.name(), wider.wideBits());
        linear.put(value, wider);
        for (int input : layer.inputs()) {
          demand(input, wider.wideBits(), layer.name());
        }
      } else if (op instanceof Op.Combine sum) {
        for (Term term : sum.terms()) {
          demand(term.value(), width - shift(term, format), sum.name());
        }
      } else if (op instanceof Op.MaxPool pool) {
        int wider = Math.max(width, comparedBits(value));
        values.set(value, format.withWidth(wider));
        demand(pool.input(), wider, pool.name());
      } else if (op instanceof Op.Widen widen) {
        demand(widen.input(), format.bits(), widen.name());
      } else if (op instanceof Op.Round round) {
        int dropped = values.get(round.input()).fraction() - format.fraction();
        demand(round.input(), dropped > 0 ? format.bits() + dropped : width, round.name());
      } else if (op instanceof Op.ArgMax argMax) {
        demand(argMax.input(), values.get(argMax.input()).bits() + 1, argMax.name());
      } else {
        // A product's factors are as wide as all of it; a relu reads just its input's bits.
        for (int input : op.inputs()) {
          demand(
              input,
              op instanceof Op.Multiply product ? productBits(product, format) : 0,
              op.name());
        }
      }
    }
  }

  /** Fraction bits of a product before it drops any. */
  public static int productFraction(Op.Multiply product, List<ValueFormat> values) {
    return values.get(product.left()).fraction() + values.get(product.right()).fraction();
  }

  /** The width in which a product is computed, all of its fraction included. */
  private int productBits(Op.Multiply product, ValueFormat format) {
    int dropped = productFraction(product, values) - format.fraction();
    return dropped > 0 ? format.bits() + dropped : format.width();
  }

  private static void requireRing(String name, int wideBits) {
    if (wideBits > MAX_PRODUCT_BITS) {
      throw new CompileException(
          "the products of %s need %d bits; allowed are %d; calibrate the model, or lower the fractions"
              .formatted(name, wideBits, MAX_PRODUCT_BITS));
    }
  }

  private LinearFormat linearFormat(int value) {
    LinearFormat format = linear.get(value);
    if (format == null) {
      throw new IllegalStateException("value " + value + " is no linear layer's");
    }
    return format;
  }

  private int comparedBits(int value) {
    return compared.getOrDefault(value, 0);
  }

  /** By how many bits a term is shifted to the fraction of its sum. */
  private int shift(Term term, ValueFormat sum) {
    return sum.fraction() - values.get(term.value()).fraction() - term.exponent();
  }

  private void demand(int value, int width, String by) {
    ValueFormat format = values.get(value);
    if (width > ExactFormat.MAX_BITS) {
      throw new CompileException(
          "%s needs shares of %d bits; allowed are %d; lower the fractions"
              .formatted(by, width, ExactFormat.MAX_BITS));
    }
    if (width > format.width()) {
      values.set(value, format.withWidth(width));
    }
  }

  /** The width that holds a magnitude, rounded to the nearest unit. */
  private static int bits(double magnitude, int fraction, int atLeast) {
    double scaled = Math.ceil(Math.scalb(magnitude, fraction));
    int bits = scaled >= 1L << 61 ? 63 : 1 + Long.SIZE - Long.numberOfLeadingZeros((long) scaled);
    return Math.max(Math.max(bits, MIN_BITS), atLeast);
  }
}
