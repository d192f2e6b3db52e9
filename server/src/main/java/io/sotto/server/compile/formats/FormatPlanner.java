package io.sotto.server.compile.formats;

import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Op.Term;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.FixedPointSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives every value of a model its fixed-point format.
 *
 * <p>Forwards, each value gets its fraction and m, the bits that it needs: as few as hold the
 * largest magnitude expected. That is what calibration saw times the headroom, or the bound that
 * interval arithmetic over the integer weights proves, whichever is smaller; values that need more
 * overflow, which the bound excludes and calibration makes unlikely. Of linear layers {@link
 * LinearFormatPlanner} decides. Sums take the finest fraction of their terms.
 *
 * <p>Backwards, each value's shares get the {@link Widths} that the steps which take them need.
 */
final class FormatPlanner implements Op.Visitor<PlannedValue> {
  /** The most bits in which numbers are compared. */
  private static final int MAX_COMPARED_BITS = 40;

  private final Operations operations;
  private final KnownRanges known;
  private final WantedFractions wanted;
  private final Set<String> warnings = new LinkedHashSet<>();
  private final List<PlannedValue> values = new ArrayList<>();
  private final InputFormatPlanner inputPlanner;
  private final LinearFormatPlanner linearPlanner;
  private final Map<Integer, InputFormat> inputs = new HashMap<>();
  private final Map<Integer, LinearFormat> linear = new HashMap<>();
  private final Map<Integer, Integer> compared = new HashMap<>();

  private FormatPlanner(
      Operations operations, FixedPointSettings settings, KnownRanges known, int factorFraction) {
    this.operations = operations;
    this.known = known;
    this.wanted = new WantedFractions(operations, settings, factorFraction);
    this.inputPlanner = new InputFormatPlanner(settings, known, warnings::add);
    this.linearPlanner = new LinearFormatPlanner(settings, known, wanted, warnings::add);
  }

  /**
   * @param factorFraction fraction bits of what is multiplied
   * @throws CompileException if some value fits no format that the settings allow
   */
  static Formats plan(
      Operations operations, FixedPointSettings settings, KnownRanges known, int factorFraction) {
    return new FormatPlanner(operations, settings, known, factorFraction).plan();
  }

  private Formats plan() {
    operations.all().forEach(op -> values.add(op.accept(this)));
    List<ValueFormat> formats = values.stream().map(PlannedValue::format).toList();
    HalfCells halfCells = HalfCells.of(operations, formats, linear);
    Formats chosen = new Formats(formats, inputs, linear, compared, halfCells, List.of());
    Widths widths = Widths.of(operations, chosen);
    if (!known.isMeasured()) {
      warnings.add(
          "the formats follow from bounds, which makes them wider than need be; run `sotto calibrate DIR"
              + " --input X.npy` with typical inputs to measure the ranges");
    }
    return new Formats(
        widths.values(), inputs, widths.linear(), compared, halfCells, List.copyOf(warnings));
  }

  /** The value whose operation is visited. */
  private int value() {
    return values.size();
  }

  private ValueFormat format(int value) {
    return values.get(value).format();
  }

  @Override
  public PlannedValue visit(Op.Input op) {
    InputFormat input = inputPlanner.plan(op.name());
    inputs.put(value(), input);
    double limit = input.realLimit();
    return PlannedValue.of(
        input.fraction(),
        input.bits(),
        limit,
        Span.symmetric(limit),
        Bounds.symmetric(op.elements(), limit));
  }

  @Override
  public PlannedValue visit(Op.Linear layer) {
    List<PlannedValue> taken = layer.inputs().stream().map(values::get).toList();
    LinearFormatPlanner.Planned planned =
        linearPlanner.plan(value(), layer, taken, proved -> partOfSum(value(), proved));
    linear.put(value(), planned.format());
    return planned.result();
  }

  /** No node has the results of this layer, but one has their sum with other values. */
  private Span partOfSum(int value, Span proved) {
    for (Op op : operations.all()) {
      if (op instanceof Op.Combine sum
          && sum.inputs().contains(value)
          && known.span(sum.result()).isPresent()) {
        double others = known.span(sum.result()).orElseThrow().maxAbs();
        for (Term term : sum.terms()) {
          if (term.value() < value) {
            others += Math.abs(term.factor()) * values.get(term.value()).span().maxAbs();
          }
        }
        return proved.meet(Span.symmetric(others));
      }
    }
    return proved;
  }

  @Override
  public PlannedValue visit(Op.Combine sum) {
    int fraction = 0;
    for (Term term : sum.terms()) {
      fraction = Math.max(fraction, format(term.value()).fraction() + term.exponent());
    }
    Bounds bounds = Bounds.sum(sum, value -> values.get(value).bounds());
    Bounds spans = Bounds.sum(sum, value -> spread(values.get(value)));
    Span span = known.within(sum.result(), Span.of(bounds).meet(Span.of(spans)));
    return PlannedValue.of(
        fraction,
        ValueFormat.bits(span.maxAbs(), fraction, 0),
        Math.min(span.maxAbs(), known.expected(sum.result(), span.maxAbs())),
        span,
        bounds);
  }

  /** A value's span for each of its elements. */
  private static Bounds spread(PlannedValue value) {
    return Bounds.filled(value.bounds().elements(), value.span().low(), value.span().high());
  }

  /** Errors of what is added up grow as the root of its count: half of its bits are dropped. */
  @Override
  public PlannedValue visit(Op.Round round) {
    PlannedValue input = values.get(round.input());
    int coarser = (int) Math.floor(Math.log(round.summed()) / Math.log(2) / 2);
    int fraction = Math.max(0, input.format().fraction() - coarser);
    return PlannedValue.of(
        fraction,
        ValueFormat.bits(input.span().maxAbs(), fraction, 0),
        input.format().expected(),
        input.span(),
        input.bounds().widened(Math.scalb(1.0, -fraction)));
  }

  @Override
  public PlannedValue visit(Op.Relu relu) {
    PlannedValue input = values.get(relu.input());
    ValueFormat format = input.format();
    requireCompared(relu.name(), format.bits());
    // As many bits as its input: shares of the result are at least as wide.
    return PlannedValue.of(
        format.fraction(),
        format.bits(),
        known.expected(relu.result(), format.expected()),
        known.within(relu.result(), new Span(0, Math.max(0, input.span().high()))),
        input.bounds().relu());
  }

  @Override
  public PlannedValue visit(Op.Widen widen) {
    return values.get(widen.input());
  }

  @Override
  public PlannedValue visit(Op.MaxPool pool) {
    PlannedValue input = values.get(pool.input());
    ValueFormat format = input.format();
    Span span = input.span();
    int bits = ValueFormat.bits(span.high() - span.low(), format.fraction(), format.bits());
    requireCompared(pool.name(), bits);
    compared.put(value(), bits);
    Bounds before = input.bounds();
    return PlannedValue.of(
        format.fraction(),
        format.bits(),
        format.expected(),
        span,
        Bounds.filled(pool.elements(), before.min(), before.max()));
  }

  private static void requireCompared(String name, int bits) {
    if (bits > MAX_COMPARED_BITS) {
      throw new CompileException(
          "%s compares numbers of %d bits; allowed are %d; calibrate the model, or lower the fractions"
              .formatted(name, bits, MAX_COMPARED_BITS));
    }
  }

  /** What is multiplied again, by weights or by others, drops bits first. */
  @Override
  public PlannedValue visit(Op.Multiply product) {
    PlannedValue left = values.get(product.left());
    PlannedValue right = values.get(product.right());
    Bounds bounds = Bounds.product(left.bounds(), right.bounds());
    if (product.left() == product.right()) {
      bounds = bounds.notNegative();
    }
    double largest = left.format().magnitude() * right.format().magnitude();
    Span span = known.within(product.result(), Span.of(bounds).meet(Span.symmetric(largest)));
    int products = left.format().fraction() + right.format().fraction();
    int fraction =
        wanted.isOutput(value()) ? products : Math.min(products, wanted.of(value(), span.maxAbs()));
    int atLeast = Math.max(left.format().bits(), right.format().bits()) - (products - fraction);
    return PlannedValue.of(
        fraction,
        ValueFormat.bits(span.maxAbs(), fraction, atLeast),
        known.expected(product.result(), span.maxAbs()),
        span,
        bounds);
  }

  @Override
  public PlannedValue visit(Op.ArgMax argMax) {
    // Bits that hold a place in two's complement; values are compared with their places below.
    int bits = Math.max(2, 1 + Integer.SIZE - Integer.numberOfLeadingZeros(argMax.length() - 1));
    requireCompared(argMax.name(), format(argMax.input()).bits() + 1 + bits);
    double last = argMax.length() - 1.0;
    return PlannedValue.of(0, bits, last, new Span(0, last), Bounds.symmetric(argMax.rows(), last));
  }
}
