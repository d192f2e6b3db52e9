package io.sotto.server.compile.operations;

import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.reveal.RevealSpec.Activation;
import io.sotto.graph.Add;
import io.sotto.graph.ArgMax;
import io.sotto.graph.AvgPool;
import io.sotto.graph.BiasAdd;
import io.sotto.graph.Clip;
import io.sotto.graph.Conv2D;
import io.sotto.graph.ElementSources;
import io.sotto.graph.Gather;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.MatMul;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Multiply;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Softmax;
import io.sotto.graph.Window;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.Matrix;
import io.sotto.server.compile.operations.Expression.Weighted;
import io.sotto.server.compile.operations.Op.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a graph into a {@link Operations}: linear layers, non-linear operations, and sums without
 * weights that each party computes alone.
 *
 * <p>Nodes are visited in order and give an {@link Expression} each. What moves elements or weighs
 * them only changes the expression, so that everything weighted between two non-linear operations
 * becomes one linear layer. Non-linear nodes, outputs, and results that several nodes take make
 * values. An activation that a max pooling follows is computed after it, on fewer elements: both
 * orders give the same, as activations do not decrease.
 */
final class Lowering implements Node.Visitor<Expression> {
  private final Graph graph;
  private final boolean widenFactors;
  private final Values values = new Values();
  private final Map<String, Expression> expressions = new HashMap<>();

  /** Activations that wait for a pooling: the node that carries it on, and the activation. */
  private final Map<String, Node> waiting = new HashMap<>();

  private Lowering(Graph graph, boolean widenFactors) {
    this.graph = graph;
    this.widenFactors = widenFactors;
  }

  /**
   * The operations of a model.
   *
   * @param classesOnly whether outputs show the place of the largest element of their last axis
   * @param widenFactors whether what is multiplied is widened where a linear layer gives it
   */
  static Operations lower(Graph graph, boolean classesOnly, boolean widenFactors) {
    Lowering lowering = new Lowering(graph, widenFactors);
    for (Node node : graph.nodes()) {
      lowering.expressions.put(node.name(), lowering.shared(node, node.accept(lowering)));
    }
    List<Operations.Output> outputs = new ArrayList<>();
    for (Graph.Output output : graph.outputs()) {
      outputs.add(lowering.output(output, classesOnly));
    }
    return new Operations(lowering.values.ops(), outputs);
  }

  private Operations.Output output(Graph.Output output, boolean classesOnly) {
    Node node = graph.node(output.node());
    Activation activation = Activation.NONE;
    Node source = node;
    if (node instanceof Softmax || node instanceof ArgMax) {
      source = graph.inputsOf(node).get(0);
      activation = node instanceof Softmax ? Activation.SOFTMAX : Activation.NONE;
    }
    int value = values.realize(expression(source), source);
    boolean argMax = node instanceof ArgMax || (classesOnly && node.shape().rank() > 0);
    if (!argMax) {
      return new Operations.Output(output.name(), value, node.shape(), activation);
    }
    Shape from = source.shape();
    int length = from.lastDim();
    int place = values.add(new Op.ArgMax(output.name(), value, from.elements() / length, length));
    Shape shape = new Shape(from.dims().subList(0, from.rank() - 1));
    return new Operations.Output(output.name(), place, shape, Activation.NONE);
  }

  private Expression expression(Node node) {
    Expression expression = expressions.get(node.name());
    if (expression == null) {
      throw new IllegalStateException("a graph is in order");
    }
    return expression;
  }

  private Expression inputOf(Node node) {
    return expression(graph.inputsOf(node).get(0));
  }

  /**
   * What several nodes take is made a value once, unless all of them fold it into their weights.
   */
  private Expression shared(Node node, Expression expression) {
    List<Node> consumers = graph.consumersOf(node);
    int uses = consumers.size() + (graph.isOutput(node) ? 1 : 0);
    if (uses < 2 || waiting.containsKey(node.name())) {
      return expression;
    }
    boolean folded =
        !graph.isOutput(node)
            && expression.weighted() != null
            && expression.terms().isEmpty()
            && consumers.stream().allMatch(Lowering::isWeighted)
            && inputs(expression) <= (long) Values.WIDENING * expression.elements();
    return folded ? expression : valueOf(expression, node);
  }

  private long inputs(Expression expression) {
    Weighted weighted = expression.weighted();
    return weighted == null ? 0 : weighted.values().stream().mapToLong(values::elements).sum();
  }

  private static boolean isWeighted(Node node) {
    return node instanceof Conv2D || node instanceof MatMul;
  }

  private Expression valueOf(Expression expression, @Nullable Node node) {
    int value = values.realize(expression, node);
    return Expression.of(value, values.elements(value));
  }

  @Override
  public Expression visit(Input node) {
    int value = values.add(new Op.Input(node.name(), node, node.shape()));
    return Expression.of(value, node.shape().elements());
  }

  @Override
  public Expression visit(Reshape node) {
    Node activation = waiting.get(node.input());
    if (activation != null) {
      if (poolingFollows(node)) {
        waiting.put(node.name(), activation);
      } else {
        throw new IllegalStateException("an activation waits for a pooling that doesn't come");
      }
    }
    return inputOf(node);
  }

  @Override
  public Expression visit(Gather node) {
    List<Node> inputs = graph.inputsOf(node);
    int[] indices = node.indices().toArray();
    Expression sum = null;
    int first = 0;
    for (Node input : inputs) {
      int end = first + input.shape().elements();
      int[] refs = new int[indices.length];
      boolean any = false;
      for (int i = 0; i < refs.length; i++) {
        boolean here = indices[i] >= first && indices[i] < end;
        refs[i] = here ? indices[i] - first : AffineMap.ZERO;
        any |= here;
      }
      if (any) {
        Expression part = expression(input).gather(refs);
        sum = sum == null ? part : sum.plus(part, 1, values::elements);
      }
      first = end;
    }
    if (sum == null) {
      throw new IllegalStateException("a gather takes elements of some input");
    }
    return sum;
  }

  @Override
  public Expression visit(Pad node) {
    int[] from = ElementSources.of(node, graph.inputsOf(node).get(0).shape());
    Expression padded = inputOf(node).gather(from);
    double[] around = new double[from.length];
    for (int i = 0; i < from.length; i++) {
      around[i] = from[i] == AffineMap.ZERO ? node.value() : 0;
    }
    return padded.plus(around);
  }

  @Override
  public Expression visit(Conv2D node) {
    Shape in = graph.inputsOf(node).get(0).shape();
    int taps = node.kernelHeight() * node.kernelWidth() * node.inputChannels();
    int outputs = node.outputChannels() / node.groups();
    List<Matrix> weights = new ArrayList<>();
    for (int group = 0; group < node.groups(); group++) {
      double[] rows = node.weights().rows(group * outputs, (group + 1) * outputs);
      weights.add(new Matrix(outputs, taps, rows));
    }
    List<AffineMap.Block> blocks = new ArrayList<>();
    for (int y = 0; y < node.shape().dim(0); y++) {
      for (int x = 0; x < node.shape().dim(1); x++) {
        for (int group = 0; group < node.groups(); group++) {
          int[] refs = ElementSources.of(node, in, y, x, group);
          blocks.add(new AffineMap.Block(refs, weights.get(group)));
        }
      }
    }
    return weighted(
        node, AffineMap.of(in.elements(), blocks), node.weights().size(), List.of(node.name()));
  }

  @Override
  public Expression visit(MatMul node) {
    int inputs = node.weights().shape().dim(0);
    int outputs = node.weights().shape().dim(1);
    Matrix weights = new Matrix(outputs, inputs, node.weights().rows(0, outputs));
    AffineMap.Block block = new AffineMap.Block(Expression.identity(inputs), weights);
    return weighted(
        node, AffineMap.of(inputs, List.of(block)), node.weights().size(), List.of(node.name()));
  }

  private Expression weighted(Node node, AffineMap map, long parameters, List<String> names) {
    return values.apply(map, inputOf(node), node, names, parameters);
  }

  @Override
  public Expression visit(BiasAdd node) {
    return shifted(inputOf(node), doubles(node.offsets()), node, node.bias().size());
  }

  /** The expression with numbers added, which are the model's. */
  private static Expression shifted(
      Expression expression, double[] numbers, Node node, long parameters) {
    Expression sum = expression.plus(numbers);
    Weighted weighted = sum.weighted();
    if (weighted == null) {
      return sum;
    }
    return new Expression(
        sum.elements(),
        sum.terms(),
        new Weighted(
            weighted.values(),
            weighted.map(),
            sum.terms().isEmpty() ? node : weighted.result(),
            weighted.names(),
            weighted.parameters() + parameters),
        sum.constants());
  }

  @Override
  public Expression visit(Scale node) {
    double[] factors = doubles(node.factors());
    double[] offsets = doubles(node.offsets());
    int parameters = node.factor().size() + node.offset().size();
    if (Arrays.stream(factors).allMatch(factor -> factor == 1)) {
      return shifted(inputOf(node), offsets, node, parameters);
    }
    AffineMap map =
        AffineMap.monomial(factors.length, Expression.identity(factors.length), factors)
            .withBias(offsets);
    Expression input = inputOf(node);
    // Of a layer's results it is part of the layer, and that keeps the layer's name.
    boolean folded = input.weighted() != null && input.terms().isEmpty();
    return weighted(node, map, parameters, folded ? List.of() : List.of(node.name()));
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  @Override
  public Expression visit(Add node) {
    List<Node> inputs = graph.inputsOf(node);
    Expression sum = new Expression(node.shape().elements(), List.of(), null, null);
    for (int i = 0; i < inputs.size(); i++) {
      sum = sum.plus(expression(inputs.get(i)), node.signs().get(i), values::elements);
    }
    Weighted weighted = sum.weighted();
    if (weighted == null || !sum.terms().isEmpty() || sum.constants() != null) {
      return sum;
    }
    return new Expression(sum.elements(), List.of(), weighted.of(node), null);
  }

  @Override
  public Expression visit(Relu node) {
    return activation(node);
  }

  @Override
  public Expression visit(Clip node) {
    return activation(node);
  }

  @Override
  public Expression visit(LeakyRelu node) {
    return activation(node);
  }

  private Expression activation(Node node) {
    if (node instanceof LeakyRelu || !poolingFollows(node)) {
      return activation(node, inputOf(node), graph.inputsOf(node).get(0), node);
    }
    waiting.put(node.name(), node);
    return inputOf(node);
  }

  /** Is a max pooling all that takes the result, reshaped or not? */
  private boolean poolingFollows(Node node) {
    List<Node> consumers = graph.consumersOf(node);
    if (graph.isOutput(node) || consumers.size() != 1) {
      return false;
    }
    Node next = consumers.get(0);
    return next instanceof MaxPool || (next instanceof Reshape && poolingFollows(next));
  }

  /**
   * An activation.
   *
   * @param before a node in whose range the activation's inputs lie
   * @param result the node whose result the activation's is
   */
  private Expression activation(
      Node activation, Expression input, @Nullable Node before, Node result) {
    int value = values.realize(input, before);
    if (activation instanceof Clip clip) {
      return clip(clip, value, result);
    }
    if (activation instanceof LeakyRelu leaky) {
      return leaky(leaky, value, result);
    }
    if (values.isNotNegative(value)) {
      return Expression.of(value, values.elements(value));
    }
    return relu(result.name(), value, result);
  }

  private Expression relu(String name, int value, @Nullable Node result) {
    int elements = values.elements(value);
    int relu = values.add(new Op.Relu(name, result, value, elements));
    return Expression.of(relu, elements);
  }

  /** low + relu(x - low) - relu(x - high), both relus in one operation. */
  private Expression clip(Clip node, int value, Node result) {
    int n = values.elements(value);
    boolean atLow = Float.isFinite(node.low());
    boolean atHigh = Float.isFinite(node.high());
    Expression x = Expression.of(value, n);
    if (atLow && node.low() <= 0 && values.isNotNegative(value)) {
      atLow = false;
      if (!atHigh) {
        return x;
      }
    }
    if (atLow && !atHigh) {
      return relu(node.name(), values.realize(x.plus(filled(n, -node.low())), null), null)
          .plus(filled(n, node.low()));
    }
    if (!atLow) {
      Expression above =
          relu(node.name(), values.realize(x.plus(filled(n, -node.high())), null), null);
      return x.plus(above, -1, values::elements);
    }
    int[] twice = new int[2 * n];
    double[] thresholds = new double[2 * n];
    for (int i = 0; i < n; i++) {
      twice[i] = i;
      twice[n + i] = i;
      thresholds[i] = -node.low();
      thresholds[n + i] = -node.high();
    }
    int both =
        values.add(
            new Op.Combine(
                node.name(), null, 2 * n, List.of(new Term(value, 1, 0, twice)), thresholds));
    int relus = values.add(new Op.Relu(result.name(), null, both, 2 * n));
    int[] upper = new int[n];
    Arrays.setAll(upper, i -> n + i);
    Expression sum =
        new Expression(
            n,
            List.of(new Term(relus, 1, 0, Expression.identity(n)), new Term(relus, -1, 0, upper)),
            null,
            null);
    return sum.plus(filled(n, node.low()));
  }

  private static double[] filled(int elements, double number) {
    double[] numbers = new double[elements];
    Arrays.fill(numbers, number);
    return numbers;
  }

  /** relu(x) - slope * relu(-x), both relus in one operation; the slope goes into what follows. */
  private Expression leaky(LeakyRelu node, int value, Node result) {
    int n = values.elements(value);
    if (values.isNotNegative(value)) {
      return Expression.of(value, n);
    }
    int[] first = new int[2 * n];
    int[] second = new int[2 * n];
    Arrays.fill(first, AffineMap.ZERO);
    Arrays.fill(second, AffineMap.ZERO);
    for (int i = 0; i < n; i++) {
      first[i] = i;
      second[n + i] = i;
    }
    int both =
        values.add(
            new Op.Combine(
                node.name(),
                null,
                2 * n,
                List.of(new Term(value, 1, 0, first), new Term(value, -1, 0, second)),
                null));
    int relus = values.add(new Op.Relu(result.name(), null, both, 2 * n));
    float[] slopes = node.slopes();
    Map<Float, Matrix> matrices = new HashMap<>();
    List<AffineMap.Block> blocks = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      blocks.add(
          new AffineMap.Block(
              new int[] {i, n + i},
              matrices.computeIfAbsent(
                  slopes[i], slope -> new Matrix(1, 2, new double[] {1, -slope}))));
    }
    return Expression.of(
        new Weighted(
            List.of(relus),
            AffineMap.of(2 * n, blocks),
            result,
            List.of(node.name()),
            node.slope().size()));
  }

  @Override
  public Expression visit(MaxPool node) {
    Node input = graph.inputsOf(node).get(0);
    Shape in = input.shape();
    Node activation = waiting.get(input.name());
    Node before = activation == null ? input : graph.inputsOf(activation).get(0);
    int value = values.realize(expression(input), before);
    Window window = node.window();
    int height = node.shape().dim(0);
    int width = node.shape().dim(1);
    List<Pooling> poolings = new ArrayList<>();
    if (window.size().width() > 1 || width != in.dim(1)) {
      poolings.add(
          new Pooling(
              in.dim(0),
              in.dim(1),
              in.dim(2),
              window.size().width(),
              window.stride().width(),
              window.pads().left(),
              width));
    }
    if (window.size().height() > 1 || height != in.dim(0)) {
      poolings.add(
          new Pooling(
              1,
              in.dim(0),
              width * in.dim(2),
              window.size().height(),
              window.stride().height(),
              window.pads().top(),
              height));
    }
    Expression pooled = Expression.of(value, in.elements());
    if (!poolings.isEmpty()) {
      int pool =
          values.add(
              new Op.MaxPool(
                  node.name(),
                  activation == null ? node : before,
                  value,
                  node.shape().elements(),
                  poolings));
      pooled = Expression.of(pool, node.shape().elements());
    }
    return activation == null ? pooled : activation(activation, pooled, null, node);
  }

  /** Sums of windows; what they are divided by is public, too, but goes into weights. */
  @Override
  public Expression visit(AvgPool node) {
    Shape in = graph.inputsOf(node).get(0).shape();
    int n = node.shape().elements();
    int taps = node.window().size().height() * node.window().size().width();
    double[] shares = new double[n];
    List<int[]> refs = new ArrayList<>();
    for (int tap = 0; tap < taps; tap++) {
      int[] none = new int[n];
      Arrays.fill(none, AffineMap.ZERO);
      refs.add(none);
    }
    int element = 0;
    for (int row = 0; row < node.shape().dim(0); row++) {
      for (int column = 0; column < node.shape().dim(1); column++) {
        for (int channel = 0; channel < in.dim(2); channel++) {
          int[] sources = ElementSources.of(node.window(), in, row, column, channel);
          for (int tap = 0; tap < sources.length; tap++) {
            refs.get(tap)[element] = sources[tap];
          }
          shares[element++] = 1.0 / sources.length;
        }
      }
    }
    Expression input = inputOf(node);
    if (input.weighted() != null) {
      return weighted(node, average(in.elements(), in.dim(2), refs, shares), 0, List.of());
    }
    int value = values.realize(input, graph.inputsOf(node).get(0));
    List<Term> terms = new ArrayList<>();
    for (int[] tap : refs) {
      if (Arrays.stream(tap).anyMatch(ref -> ref != AffineMap.ZERO)) {
        terms.add(new Term(value, 1, 0, tap));
      }
    }
    double share = shares[0];
    int exponent = -Math.getExponent(share);
    if (Arrays.stream(shares).allMatch(s -> s == share) && Math.scalb(1.0, -exponent) == share) {
      List<Term> scaled =
          terms.stream().map(t -> new Term(t.value(), 1, exponent, t.refs())).toList();
      return valueOf(new Expression(n, scaled, null, null), node);
    }
    Expression sums = valueOf(new Expression(n, terms, null, null), null);
    return values.apply(
        AffineMap.monomial(n, Expression.identity(n), shares), sums, node, List.of(), 0);
  }

  /** The same as a map: a block for each position, a row for each channel. */
  private static AffineMap average(int inputs, int channels, List<int[]> refs, double[] shares) {
    Map<Double, Matrix> matrices = new HashMap<>();
    List<AffineMap.Block> blocks = new ArrayList<>();
    for (int first = 0; first < shares.length; first += channels) {
      int[] places = new int[refs.size() * channels];
      for (int tap = 0; tap < refs.size(); tap++) {
        System.arraycopy(refs.get(tap), first, places, tap * channels, channels);
      }
      double share = shares[first];
      blocks.add(
          new AffineMap.Block(
              places, matrices.computeIfAbsent(share, s -> sums(refs.size(), channels, s))));
    }
    return AffineMap.of(inputs, blocks);
  }

  private static Matrix sums(int taps, int channels, double share) {
    double[] weights = new double[channels * taps * channels];
    for (int channel = 0; channel < channels; channel++) {
      for (int tap = 0; tap < taps; tap++) {
        weights[(channel * taps + tap) * channels + channel] = share;
      }
    }
    return new Matrix(channels, taps * channels, weights);
  }

  @Override
  public Expression visit(Multiply node) {
    List<Node> inputs = graph.inputsOf(node);
    int left = factor(inputs.get(0));
    int right = node.isSquare() ? left : factor(inputs.get(1));
    int n = node.shape().elements();
    return Expression.of(values.add(new Op.Multiply(node.name(), node, left, right, n)), n);
  }

  private int factor(Node node) {
    int value = values.realize(expression(node), node);
    return widenFactors ? values.wide(value) : value;
  }

  /** The client computes it of what the output reveals. */
  @Override
  public Expression visit(Softmax node) {
    return inputOf(node);
  }

  /** Made at the output. */
  @Override
  public Expression visit(ArgMax node) {
    return inputOf(node);
  }
}
