package io.sotto.server.compile.operations;

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
import io.sotto.graph.WeightedNode;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.operations.Expression.Weighted;
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
  private final OperationsBuilder values = new OperationsBuilder();
  private final WeightedInputs weights = new WeightedInputs(values);
  private final Activations activations = new Activations(values);
  private final Pools pools = new Pools(values, weights);
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
   * What several nodes take is made a value once, unless all of them can compute it as part of
   * their own and that costs less.
   */
  private Expression shared(Node node, Expression expression) {
    List<Node> consumers = graph.consumersOf(node);
    int uses = consumers.size() + (graph.isOutput(node) ? 1 : 0);
    if (uses < 2 || waiting.containsKey(node.name())) {
      return expression;
    }
    boolean computable =
        !graph.isOutput(node)
            && expression.weighted() != null
            && consumers.stream().anyMatch(WeightedNode.class::isInstance)
            && consumers.stream().allMatch(n -> n instanceof WeightedNode || n instanceof Add);
    return computable ? weights.shared(expression, node, consumers) : valueOf(expression, node);
  }

  private Expression valueOf(Expression expression, @Nullable Node node) {
    return values.expression(values.realize(expression, node));
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
    AffineMap map = WeightedNodes.map(node, graph.inputsOf(node).get(0).shape());
    return weighted(node, map, node.weights().size(), List.of(node.name()));
  }

  @Override
  public Expression visit(MatMul node) {
    AffineMap map = WeightedNodes.map(node);
    return weighted(node, map, node.weights().size(), List.of(node.name()));
  }

  private Expression weighted(Node node, AffineMap map, long parameters, List<String> names) {
    Node input = graph.inputsOf(node).get(0);
    return weights.apply(map, expression(input), input, node, names, parameters);
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
      return activations.of(node, inputOf(node), graph.inputsOf(node).get(0), node);
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

  @Override
  public Expression visit(MaxPool node) {
    Node input = graph.inputsOf(node).get(0);
    Node activation = waiting.get(input.name());
    Node before = activation == null ? input : graph.inputsOf(activation).get(0);
    int value = values.realize(expression(input), before);
    int pooled = pools.largest(node, input.shape(), value, activation == null ? node : before);
    Expression result = values.expression(pooled);
    return activation == null ? result : activations.of(activation, result, null, node);
  }

  @Override
  public Expression visit(AvgPool node) {
    return pools.average(node, graph.inputsOf(node).get(0), inputOf(node));
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
    return widenFactors ? weights.wide(value) : value;
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
