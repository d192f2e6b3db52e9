package io.sotto.server.compile.operations;

import io.sotto.graph.Clip;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.Node;
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

/** Activations as relus, and sums before and after them. */
record Activations(OperationsBuilder operations) {
  /**
   * An activation.
   *
   * @param before a node in whose range the activation's inputs lie
   * @param result the node whose result the activation's is
   */
  Expression of(Node activation, Expression input, @Nullable Node before, Node result) {
    int value = operations.realize(input, before);
    if (activation instanceof Clip clip) {
      return clip(clip, value, result);
    }
    if (activation instanceof LeakyRelu leaky) {
      return leaky(leaky, value, result);
    }
    return operations.isNotNegative(value)
        ? operations.expression(value)
        : relu(result.name(), value, result);
  }

  private Expression relu(String name, int value, @Nullable Node result) {
    int elements = operations.elements(value);
    return operations.expression(operations.add(new Op.Relu(name, result, value, elements)));
  }

  /** low + relu(x - low) - relu(x - high); without the part whose end is infinite. */
  private Expression clip(Clip node, int value, Node result) {
    int n = operations.elements(value);
    Expression x = operations.expression(value);
    boolean atHigh = Float.isFinite(node.high());
    boolean atLow =
        Float.isFinite(node.low()) && !(node.low() <= 0 && operations.isNotNegative(value));
    if (atLow && atHigh) {
      return between(node, value, result);
    }
    if (atLow) {
      return beyond(node, x, node.low()).plus(filled(n, node.low()));
    }
    return atHigh ? x.plus(beyond(node, x, node.high()), -1, operations::elements) : x;
  }

  /** relu(x - threshold). */
  private Expression beyond(Clip node, Expression x, float threshold) {
    int difference = operations.realize(x.plus(filled(x.elements(), -threshold)), null);
    return relu(node.name(), difference, null);
  }

  /** Both ends, their relus in one operation. */
  private Expression between(Clip node, int value, Node result) {
    int n = operations.elements(value);
    int[] twice = new int[2 * n];
    double[] thresholds = new double[2 * n];
    for (int i = 0; i < n; i++) {
      twice[i] = i;
      twice[n + i] = i;
      thresholds[i] = -node.low();
      thresholds[n + i] = -node.high();
    }
    int both =
        operations.add(
            new Op.Combine(
                node.name(), null, 2 * n, List.of(new Term(value, 1, 0, twice)), thresholds));
    int relus = operations.add(new Op.Relu(result.name(), null, both, 2 * n));
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
    if (operations.isNotNegative(value)) {
      return operations.expression(value);
    }
    int n = operations.elements(value);
    int[] first = new int[2 * n];
    int[] second = new int[2 * n];
    Arrays.fill(first, AffineMap.ZERO);
    Arrays.fill(second, AffineMap.ZERO);
    for (int i = 0; i < n; i++) {
      first[i] = i;
      second[n + i] = i;
    }
    List<Term> terms = List.of(new Term(value, 1, 0, first), new Term(value, -1, 0, second));
    int both = operations.add(new Op.Combine(node.name(), null, 2 * n, terms, null));
    int relus = operations.add(new Op.Relu(result.name(), null, both, 2 * n));
    return Expression.of(
        new Weighted(
            List.of(relus),
            sloped(node.slopes()),
            result,
            List.of(node.name()),
            node.slope().size()));
  }

  /** Of n positive parts and as many negative ones: {@code x[i] - slopes[i] * x[n + i]}. */
  private static AffineMap sloped(float[] slopes) {
    int n = slopes.length;
    Map<Float, Matrix> matrices = new HashMap<>();
    List<AffineMap.Block> blocks = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Matrix weights =
          matrices.computeIfAbsent(slopes[i], slope -> new Matrix(1, 2, new double[] {1, -slope}));
      blocks.add(new AffineMap.Block(new int[] {i, n + i}, weights));
    }
    return AffineMap.of(2 * n, blocks);
  }
}
