package io.sotto.server.compile.steps;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.combine.CombineServer;
import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.combine.Move;
import io.sotto.converter.combine.MoveFinder;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.maxpool.MaxPoolServer;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.multiply.MultiplyServer;
import io.sotto.converter.multiply.MultiplySpec;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.relu.ReluServer;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.truncate.TruncateServer;
import io.sotto.converter.truncate.TruncateSpec;
import io.sotto.graph.Shape;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.formats.Formats;
import io.sotto.server.compile.formats.HalfCells;
import io.sotto.server.compile.formats.InputFormat;
import io.sotto.server.compile.formats.LinearFormat;
import io.sotto.server.compile.formats.QuantizedMap;
import io.sotto.server.compile.formats.ValueFormat;
import io.sotto.server.compile.operations.Expression;
import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Op.Term;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.LayerReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the steps of a model whose values have formats. */
public final class StepEmitter {
  private final Operations operations;
  private final Formats formats;
  private final Map<Integer, LinearMap> maps;
  private final HalfCells halfCells;
  private final FunctionForm form;
  private final List<InputSpec> inputs = new ArrayList<>();
  private final List<ServerStep> steps = new ArrayList<>();
  private final List<List<Integer>> taken = new ArrayList<>();
  private final List<LayerReport> reports = new ArrayList<>();

  /** For each value its number in the plan. */
  private final Map<Integer, Integer> numbers = new HashMap<>();

  public StepEmitter(
      Operations operations, Formats formats, Map<Integer, LinearMap> maps, FunctionForm form) {
    this.operations = operations;
    this.formats = formats;
    this.halfCells = formats.halfCells();
    this.maps = maps;
    this.form = form;
  }

  public CompiledModel emit(boolean calibrated) {
    RingChoice choice = ring();
    List<Integer> linear = List.copyOf(maps.keySet());
    for (int value = 0; value < operations.count(); value++) {
      Op op = operations.of(value);
      ValueFormat format = formats.values().get(value);
      if (op instanceof Op.Input input) {
        input(value, input, format);
      } else if (op instanceof Op.Linear layer) {
        if (choice == null) {
          throw new IllegalStateException("a linear layer without a ring");
        }
        linear(value, layer, choice.ring(), choice.noise().get(linear.indexOf(value)));
      } else if (op instanceof Op.Combine sum) {
        combine(value, sum, format);
      } else if (op instanceof Op.Relu relu) {
        relu(value, relu, format);
      } else if (op instanceof Op.Widen widen) {
        widen(value, widen, format);
      } else if (op instanceof Op.Round round) {
        round(value, round, format);
      } else if (op instanceof Op.MaxPool pool) {
        maxPool(value, pool, format);
      } else if (op instanceof Op.Multiply product) {
        multiply(value, product, format);
      } else if (op instanceof Op.ArgMax argMax) {
        argMax(value, argMax, format);
      }
    }
    operations.outputs().forEach(this::reveal);
    List<PlanStep> view = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      view.add(new PlanStep(steps.get(i).spec(), taken.get(i)));
    }
    return new CompiledModel(
        new ServerPlan(new Plan(inputs, view), steps), reports, calibrated, formats.warnings());
  }

  private @Nullable RingChoice ring() {
    List<RingChoice.Step> linear = new ArrayList<>();
    maps.forEach(
        (value, map) -> {
          LinearFormat format = linearFormat(value);
          linear.add(new RingChoice.Step(format.layer().name(), format.wideBits(), map));
        });
    return linear.isEmpty() ? null : RingChoice.of(linear);
  }

  private LinearFormat linearFormat(int value) {
    LinearFormat format = formats.linear().get(value);
    if (format == null) {
      throw new IllegalStateException("value " + value + " is no linear layer's");
    }
    return format;
  }

  private ValueFormat format(int value) {
    return formats.values().get(value);
  }

  private int number(int value) {
    Integer number = numbers.get(value);
    if (number == null) {
      throw new IllegalStateException("value " + value + " was not made yet");
    }
    return number;
  }

  /** Adds a step; returns the number of what it gives. */
  private int step(ServerStep step, List<Integer> values, LayerReport report) {
    steps.add(step);
    taken.add(List.copyOf(values));
    reports.add(report);
    return inputs.size() + steps.size() - 1;
  }

  private void input(int value, Op.Input op, ValueFormat format) {
    InputFormat input = formats.inputs().get(value);
    if (input == null) {
      throw new IllegalStateException("value " + value + " is no input");
    }
    numbers.put(value, inputs.size());
    inputs.add(new InputSpec(shape(op.shape()), format.whole(), input.limit()));
  }

  private void linear(int value, Op.Linear layer, RingParameters ring, NoiseBound noise) {
    LinearFormat format = linearFormat(value);
    ValueFormat result = format(value);
    List<ExactFormat> in = new ArrayList<>();
    for (int input : layer.inputs()) {
      ValueFormat of = format(input);
      in.add(new ExactFormat(of.elements(), format.wideBits(), of.fraction()));
    }
    HalfCellFormat out =
        new HalfCellFormat(layer.elements(), format.wideBits(), format.productFraction());
    LinearSpec spec = new LinearSpec(in, out, ring, noise.shortBits());
    LinearMap map = maps.get(value);
    if (map == null) {
      throw new IllegalStateException("value " + value + " has no weights");
    }
    LayerReport report =
        new LayerReport(
            layer.name(),
            format.weights().weightFraction(),
            layer.parameters(),
            format.expected(),
            result.capacity(),
            log2(noise.encoding() + noise.encryption()),
            log2(NoiseBound.LIMIT / noise.halfCells()),
            explain(format, result, spec));
    int products =
        step(
            new LinearServer(spec, new LinearWeights(map, roundingHalfUp(format))),
            layer.inputs().stream().map(this::number).toList(),
            report);
    numbers.put(
        value,
        halfCells.contains(value)
            ? products
            : truncate(layer.name(), products, out, format.dropped(), result));
  }

  /** What is dropped is rounded down; with a half in the bias, to the nearest. */
  private static long[] roundingHalfUp(LinearFormat format) {
    long half = half(format.dropped());
    return Arrays.stream(format.weights().bias()).map(bias -> bias + half).toArray();
  }

  private static long half(int dropped) {
    return (1L << dropped) >> 1;
  }

  /** Exact shares of what is in half cells, or wider ones of what is exact. */
  private int truncate(String name, int value, ShareFormat input, int dropped, ValueFormat result) {
    TruncateSpec spec = new TruncateSpec(input, dropped, result.whole(), form);
    return step(
        new TruncateServer(spec), List.of(value), report(name, result, input.bits(), dropped));
  }

  /** A value as a step that drops bits takes it. */
  private ShareFormat taken(int value) {
    ValueFormat format = format(value);
    return halfCells.contains(value)
        ? new HalfCellFormat(
            format.elements(),
            format.bits() + halfCells.dropped(value),
            halfCells.productFraction(value))
        : format.own();
  }

  private static String explain(LinearFormat format, ValueFormat result, LinearSpec spec) {
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

  private void combine(int value, Op.Combine sum, ValueFormat format) {
    List<Integer> values = sum.inputs();
    if (values.isEmpty()) {
      throw new CompileException(sum.name() + " doesn't depend on any input");
    }
    ShareFormat to = halfCells.contains(value) ? taken(value) : format.whole();
    List<Move> moves = new ArrayList<>();
    for (Term term : sum.terms()) {
      int fraction =
          halfCells.contains(value) ? fraction(term.value()) : format(term.value()).fraction();
      int shift = to.fraction() - fraction - term.exponent();
      int coefficient = Math.multiplyExact(term.coefficient(), 1 << shift);
      moves.addAll(MoveFinder.find(values.indexOf(term.value()), coefficient, term.refs()));
    }
    numbers.put(
        value,
        sum(
            values.stream().map(this::number).toList(),
            values.stream().map(v -> part(v, to)).toList(),
            to,
            moves,
            constants(value, sum, to),
            report(sum.name(), format)));
  }

  /** Of what a sum takes: the products' in half cells, the value's own otherwise. */
  private int fraction(int value) {
    return halfCells.contains(value) ? halfCells.productFraction(value) : format(value).fraction();
  }

  /** A value as a sum takes it: in half cells as wide as the sum, or all of what is exact. */
  private ShareFormat part(int value, ShareFormat sum) {
    return halfCells.contains(value)
        ? new HalfCellFormat(format(value).elements(), sum.bits(), sum.fraction())
        : format(value).whole();
  }

  /**
   * What the server adds: of a sum in half cells also by what its rounding differs from that of the
   * linear layers whose results it takes.
   */
  private long @Nullable [] constants(int value, Op.Combine sum, ShareFormat to) {
    long[] constants = new long[sum.elements()];
    if (sum.constants() != null) {
      for (int i = 0; i < constants.length; i++) {
        constants[i] = (long) Math.rint(Math.scalb(sum.constants()[i], to.fraction()));
      }
    }
    if (halfCells.contains(value)) {
      Arrays.setAll(constants, i -> constants[i] + half(halfCells.dropped(value)));
      for (Term term : sum.terms()) {
        long half = halfCells.contains(term.value()) ? half(halfCells.dropped(term.value())) : 0;
        for (int i = 0; i < constants.length; i++) {
          constants[i] -= term.refs()[i] == AffineMap.ZERO ? 0 : half;
        }
      }
    }
    return Arrays.stream(constants).allMatch(constant -> constant == 0) ? null : constants;
  }

  private int sum(
      List<Integer> values,
      List<? extends ShareFormat> from,
      ShareFormat to,
      List<Move> moves,
      long @Nullable [] constants,
      LayerReport report) {
    CombineSpec spec = new CombineSpec(from, to, moves);
    return step(new CombineServer(spec, constants), values, report);
  }

  private void relu(int value, Op.Relu relu, ValueFormat format) {
    ShareFormat input = taken(relu.input());
    int dropped = halfCells.dropped(relu.input());
    ReluSpec spec = new ReluSpec(input, dropped, format.whole(), form);
    numbers.put(
        value,
        step(
            new ReluServer(spec),
            List.of(number(relu.input())),
            report(relu.name(), format, input.bits(), dropped)));
  }

  /** The same numbers in as many bits as what follows takes. */
  private void widen(int value, Op.Widen widen, ValueFormat format) {
    int input = widen.input();
    boolean done = !halfCells.contains(input) && format(input).width() >= format.width();
    numbers.put(
        value,
        done
            ? number(input)
            : truncate(
                widen.name(), number(input), taken(input), halfCells.dropped(input), format));
  }

  /** Half a unit is added, then what is below a unit is dropped. */
  private void round(int value, Op.Round round, ValueFormat format) {
    ValueFormat input = format(round.input());
    int dropped = input.fraction() - format.fraction();
    if (dropped == 0) {
      numbers.put(value, number(round.input()));
      return;
    }
    int n = round.elements();
    ExactFormat fine = new ExactFormat(n, format.bits() + dropped, input.fraction());
    long[] halves = new long[n];
    Arrays.fill(halves, half(dropped));
    int raised =
        sum(
            List.of(number(round.input())),
            List.of(input.whole()),
            fine,
            MoveFinder.find(0, 1, Expression.identity(n)),
            halves,
            report(round.name(), input));
    numbers.put(value, truncate(round.name(), raised, fine, dropped, format));
  }

  private void maxPool(int value, Op.MaxPool pool, ValueFormat format) {
    ExactFormat in =
        new ExactFormat(format(pool.input()).elements(), format.width(), format.fraction());
    MaxPoolSpec spec =
        new MaxPoolSpec(
            in, format.whole(), formats.compared().getOrDefault(value, 0), pool.poolings(), form);
    numbers.put(
        value,
        step(
            new MaxPoolServer(spec),
            List.of(number(pool.input())),
            report(pool.name(), format, spec.compareBits(), 0)));
  }

  private void multiply(int value, Op.Multiply product, ValueFormat format) {
    int fraction = formats.productFraction(product);
    int dropped = fraction - format.fraction();
    int width = dropped > 0 ? format.bits() + dropped : format.width();
    List<ExactFormat> factors =
        product.inputs().stream()
            .map(v -> new ExactFormat(product.elements(), width, format(v).fraction()))
            .toList();
    MultiplySpec spec =
        new MultiplySpec(factors, new ExactFormat(product.elements(), width, fraction));
    int products =
        step(
            new MultiplyServer(spec),
            product.inputs().stream().map(this::number).toList(),
            report(product.name(), format));
    numbers.put(
        value,
        dropped == 0
            ? products
            : truncate(product.name(), products, spec.output(), dropped, format));
  }

  /**
   * Below each value, in bits of their own, its place counted from the last, so that of equal
   * values the first is the largest; then the maximum; then these bits alone.
   */
  private void argMax(int value, Op.ArgMax argMax, ValueFormat format) {
    ValueFormat in = format(argMax.input());
    int bits = format.bits();
    int last = argMax.length() - 1;
    int n = in.elements();
    ExactFormat placed = new ExactFormat(n, in.bits() + 1 + bits, 0);
    long[] places = new long[n];
    Arrays.setAll(places, i -> last - i % argMax.length());
    int raised =
        sum(
            List.of(number(argMax.input())),
            List.of(in.whole()),
            placed,
            MoveFinder.find(0, 1 << bits, Expression.identity(n)),
            places,
            report(argMax.name(), format));
    ExactFormat largest = new ExactFormat(argMax.rows(), placed.bits(), 0);
    Pooling rows =
        new Pooling(argMax.rows(), argMax.length(), 1, argMax.length(), argMax.length(), 0, 1);
    MaxPoolSpec spec = new MaxPoolSpec(placed, largest, placed.bits(), List.of(rows), form);
    int found = step(new MaxPoolServer(spec), List.of(raised), report(argMax.name(), format));
    long[] ends = new long[argMax.rows()];
    Arrays.fill(ends, last);
    CombineSpec low =
        new CombineSpec(
            List.of(largest),
            new ExactFormat(argMax.rows(), bits, 0),
            MoveFinder.find(0, -1, Expression.identity(argMax.rows())),
            true);
    numbers.put(
        value, step(new CombineServer(low, ends), List.of(found), report(argMax.name(), format)));
  }

  private void reveal(Operations.Output output) {
    ValueFormat format = format(output.value());
    RevealSpec spec = new RevealSpec(format.own(), shape(output.shape()), output.activation());
    step(new RevealServer(spec), List.of(number(output.value())), report(output.name(), format));
  }

  /** Of a step that looks at bits and drops some. */
  private static LayerReport report(String name, ValueFormat format, int bits, int dropped) {
    return report(
        name,
        format,
        "; looks at %d bits%s".formatted(bits, dropped == 0 ? "" : ", drops " + dropped));
  }

  /** Of a step that has no weights. */
  private static LayerReport report(String name, ValueFormat format) {
    return report(name, format, "");
  }

  private static LayerReport report(String name, ValueFormat format, String more) {
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

  private static TensorShape shape(Shape shape) {
    return new TensorShape(shape.dims());
  }

  private static double log2(double number) {
    return Math.log(number) / Math.log(2);
  }
}
