package io.sotto.server.compile.steps;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.combine.CombineServer;
import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.maxpool.MaxPoolServer;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.moves.MoveFinder;
import io.sotto.converter.multiply.MultiplyServer;
import io.sotto.converter.multiply.MultiplySpec;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.relu.ReluServer;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.truncate.TruncateServer;
import io.sotto.converter.truncate.TruncateSpec;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.server.compile.formats.Formats;
import io.sotto.server.compile.formats.FormattedOperations;
import io.sotto.server.compile.formats.HalfCells;
import io.sotto.server.compile.formats.InputFormat;
import io.sotto.server.compile.formats.LinearFormat;
import io.sotto.server.compile.formats.ValueFormat;
import io.sotto.server.compile.layouts.LayerMap;
import io.sotto.server.compile.layouts.LayoutMeans;
import io.sotto.server.compile.layouts.LayoutPlanner;
import io.sotto.server.compile.operations.Expression;
import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.LayerReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the steps of a model whose values have formats. */
public final class StepEmitter implements Op.Visitor<Integer> {
  private final Operations operations;
  private final Formats formats;
  private final Map<Integer, LinearMap> maps;
  private final HalfCells halfCells;
  private final TakenShares taken;
  private final SumSteps sums;
  private final FunctionForm form;
  private final @Nullable LayoutMeans means;
  private final StepList steps = new StepList();

  /** Of each linear layer's value, the noise in its ring. */
  private final Map<Integer, NoiseBound> noise = new HashMap<>();

  /** For each value its number in the plan. */
  private final List<Integer> numbers = new ArrayList<>();

  /**
   * @param means by which layouts are chosen; null for the batch layout alone
   */
  public StepEmitter(
      FormattedOperations model,
      Map<Integer, LinearMap> maps,
      FunctionForm form,
      @Nullable LayoutMeans means) {
    this.means = means;
    this.operations = model.operations();
    this.formats = model.formats();
    this.halfCells = formats.halfCells();
    this.taken = new TakenShares(formats);
    this.sums = new SumSteps(formats, taken);
    this.maps = maps;
    this.form = form;
  }

  public CompiledModel emit(boolean calibrated) {
    if (!maps.isEmpty()) {
      chooseRing();
    }
    operations.all().forEach(op -> numbers.add(op.accept(this)));
    operations.outputs().forEach(this::reveal);
    return new CompiledModel(steps.plan(), steps.reports(), calibrated, formats.warnings());
  }

  private void chooseRing() {
    List<Integer> values = List.copyOf(maps.keySet());
    List<RingChoice.Step> linear = new ArrayList<>();
    maps.forEach(
        (value, map) -> {
          LinearFormat format = formats.linear(value);
          linear.add(new RingChoice.Step(format.layer().name(), format.wideBits(), map));
        });
    RingChoice choice = RingChoice.of(linear);
    for (int i = 0; i < values.size(); i++) {
      noise.put(values.get(i), choice.noise().get(i));
    }
  }

  /** The value whose operation is visited. */
  private int value() {
    return numbers.size();
  }

  private ValueFormat format(int value) {
    return formats.values().get(value);
  }

  private int number(int value) {
    return numbers.get(value);
  }

  private List<Integer> numbers(List<Integer> values) {
    return values.stream().map(this::number).toList();
  }

  /** Of a step of the model and its result, which is all that most have. */
  private LayerReport report(Op op) {
    return Reports.of(op.name(), format(value()));
  }

  @Override
  public Integer visit(Op.Input op) {
    InputFormat input = formats.inputs().get(value());
    if (input == null) {
      throw new IllegalStateException("value " + value() + " is no input");
    }
    return steps.input(new InputSpec(shape(op.shape()), format(value()).whole(), input.limit()));
  }

  @Override
  public Integer visit(Op.Linear layer) {
    int value = value();
    LinearFormat format = formats.linear(value);
    LinearMap map = maps.get(value);
    NoiseBound bound = noise.get(value);
    if (map == null || bound == null) {
      throw new IllegalStateException("value " + value + " has no weights or no ring");
    }
    RingParameters ring = bound.parameters();
    List<ExactFormat> in = new ArrayList<>();
    for (int input : layer.inputs()) {
      ValueFormat of = format(input);
      in.add(new ExactFormat(of.elements(), format.wideBits(), of.fraction()));
    }
    HalfCellFormat out =
        new HalfCellFormat(layer.elements(), format.wideBits(), format.productFraction());
    LinearSpec batch = new LinearSpec(in, out, ring, bound.shortBits());
    LayoutPlanner.Choice layouts = layouts(layer, format, map, batch);
    LinearWeights weights = new LinearWeights(map, roundingHalfUp(format), layouts.maps());
    NoiseBound noise = noiseIn(ring, format.wideBits(), weights);
    LinearSpec spec = new LinearSpec(in, out, ring, noise.shortBits(), layouts.arrangements());
    int products =
        steps.add(
            new LinearServer(spec, weights),
            numbers(layer.inputs()),
            Reports.of(format, format(value), spec, noise));
    return halfCells.contains(value)
        ? products
        : truncate(layer.name(), products, out, format.dropped(), format(value));
  }

  private LayoutPlanner.Choice layouts(
      Op.Linear layer, LinearFormat format, LinearMap map, LinearSpec batch) {
    if (means == null) {
      return new LayoutPlanner.Choice(batch.arrangements(), Map.of());
    }
    int[] inputs = layer.inputs().stream().mapToInt(v -> operations.of(v).elements()).toArray();
    Node[] nodes = layer.inputs().stream().map(this::shapedLike).toArray(Node[]::new);
    LayerMap known = new LayerMap(format.weights(), inputs, nodes, layer.result());
    return new LayoutPlanner(batch.ring(), means, maps.size()).plan(known, map, format.wideBits());
  }

  /** A node with the shape of a value, or of each of its equal parts; null if none is known. */
  private @Nullable Node shapedLike(int value) {
    Op op = operations.of(value);
    boolean derived = op instanceof Op.Relu || op instanceof Op.Combine || op instanceof Op.Widen;
    return op.result() != null || !derived ? op.result() : shapedLike(op.inputs().get(0));
  }

  /** With responses as narrow as all layouts of the weights allow. */
  private static NoiseBound noiseIn(RingParameters ring, int wideBits, LinearWeights weights) {
    return ParameterPlanner.in(ring, wideBits, weights.maxL1Norm(), weights.maxL2Norm())
        .orElseThrow(() -> new IllegalStateException("layouts are chosen to be exact"));
  }

  /** What is dropped is rounded down; with a half in the bias, to the nearest. */
  private static long[] roundingHalfUp(LinearFormat format) {
    long half = SumSteps.half(format.dropped());
    return Arrays.stream(format.weights().bias()).map(bias -> bias + half).toArray();
  }

  /** Exact shares of what is in half cells, or wider ones of what is exact. */
  private int truncate(String name, int number, ShareFormat input, int dropped, ValueFormat to) {
    TruncateSpec spec = new TruncateSpec(input, dropped, to.whole(), form);
    return steps.add(
        new TruncateServer(spec), List.of(number), Reports.of(name, to, input.bits(), dropped));
  }

  @Override
  public Integer visit(Op.Combine sum) {
    return steps.add(sums.of(value(), sum), numbers(sum.inputs()), report(sum));
  }

  @Override
  public Integer visit(Op.Relu relu) {
    ShareFormat input = taken.toDrop(relu.input());
    int dropped = halfCells.dropped(relu.input());
    ValueFormat format = format(value());
    return steps.add(
        new ReluServer(new ReluSpec(input, dropped, format.whole(), form)),
        List.of(number(relu.input())),
        Reports.of(relu.name(), format, input.bits(), dropped));
  }

  /** The same numbers in as many bits as what follows takes. */
  @Override
  public Integer visit(Op.Widen widen) {
    int input = widen.input();
    ValueFormat format = format(value());
    boolean done = !halfCells.contains(input) && format(input).width() >= format.width();
    return done
        ? number(input)
        : truncate(
            widen.name(), number(input), taken.toDrop(input), halfCells.dropped(input), format);
  }

  /** Half a unit is added, then what is below a unit is dropped. */
  @Override
  public Integer visit(Op.Round round) {
    ValueFormat format = format(value());
    ValueFormat input = format(round.input());
    int dropped = input.fraction() - format.fraction();
    if (dropped == 0) {
      return number(round.input());
    }
    int n = round.elements();
    ExactFormat fine = new ExactFormat(n, format.widthBefore(dropped), input.fraction());
    long[] halves = new long[n];
    Arrays.fill(halves, SumSteps.half(dropped));
    CombineSpec raise =
        new CombineSpec(
            List.of(input.whole()), fine, MoveFinder.find(0, 1, Expression.identity(n)));
    int raised =
        steps.add(
            new CombineServer(raise, halves),
            List.of(number(round.input())),
            Reports.of(round.name(), input));
    return truncate(round.name(), raised, fine, dropped, format);
  }

  @Override
  public Integer visit(Op.MaxPool pool) {
    ValueFormat format = format(value());
    int elements = format(pool.input()).elements();
    MaxPoolSpec spec =
        new MaxPoolSpec(
            new ExactFormat(elements, format.width(), format.fraction()),
            format.whole(),
            formats.compared().getOrDefault(value(), 0),
            pool.poolings(),
            form);
    return steps.add(
        new MaxPoolServer(spec),
        List.of(number(pool.input())),
        Reports.of(pool.name(), format, spec.compareBits(), 0));
  }

  @Override
  public Integer visit(Op.Multiply product) {
    ValueFormat format = format(value());
    int fraction = formats.productFraction(product);
    int dropped = fraction - format.fraction();
    int width = format.widthBefore(dropped);
    List<ExactFormat> factors =
        product.inputs().stream()
            .map(v -> new ExactFormat(product.elements(), width, format(v).fraction()))
            .toList();
    MultiplySpec spec =
        new MultiplySpec(factors, new ExactFormat(product.elements(), width, fraction));
    int products = steps.add(new MultiplyServer(spec), numbers(product.inputs()), report(product));
    return dropped == 0
        ? products
        : truncate(product.name(), products, spec.output(), dropped, format);
  }

  /**
   * Below each value, in bits of their own, its place counted from the last, so that of equal
   * values the first is the largest; then the maximum; then these bits alone.
   */
  @Override
  public Integer visit(Op.ArgMax argMax) {
    int bits = format(value()).bits();
    int last = argMax.length() - 1;
    ExactFormat in = format(argMax.input()).whole();
    int n = in.elements();
    ExactFormat placed = new ExactFormat(n, format(argMax.input()).bits() + 1 + bits, 0);
    long[] places = new long[n];
    Arrays.setAll(places, i -> last - i % argMax.length());
    CombineSpec raise =
        new CombineSpec(List.of(in), placed, MoveFinder.find(0, 1 << bits, Expression.identity(n)));
    int raised =
        steps.add(
            new CombineServer(raise, places), List.of(number(argMax.input())), report(argMax));
    ExactFormat largest = new ExactFormat(argMax.rows(), placed.bits(), 0);
    Pooling rows =
        new Pooling(argMax.rows(), argMax.length(), 1, argMax.length(), argMax.length(), 0, 1);
    MaxPoolSpec spec = new MaxPoolSpec(placed, largest, placed.bits(), List.of(rows), form);
    int found = steps.add(new MaxPoolServer(spec), List.of(raised), report(argMax));
    long[] ends = new long[argMax.rows()];
    Arrays.fill(ends, last);
    CombineSpec low =
        new CombineSpec(
            List.of(largest),
            new ExactFormat(argMax.rows(), bits, 0),
            MoveFinder.find(0, -1, Expression.identity(argMax.rows())),
            true);
    return steps.add(new CombineServer(low, ends), List.of(found), report(argMax));
  }

  private void reveal(Operations.Output output) {
    ValueFormat format = format(output.value());
    RevealSpec spec = new RevealSpec(format.own(), shape(output.shape()), output.activation());
    steps.add(
        new RevealServer(spec), List.of(number(output.value())), Reports.of(output.name(), format));
  }

  private static TensorShape shape(Shape shape) {
    return new TensorShape(shape.dims());
  }
}
