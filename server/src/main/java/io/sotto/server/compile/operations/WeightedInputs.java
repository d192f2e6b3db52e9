package io.sotto.server.compile.operations;

import io.sotto.graph.Node;
import io.sotto.graph.WeightedNode;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.LinearCost;
import io.sotto.server.compile.operations.Expression.Weighted;
import io.sotto.server.compile.operations.Op.Term;
import io.sotto.server.model.CompileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Maps with weights, applied to what linear layers can take.
 *
 * <p>A linear layer takes shares that are wider than what a linear layer gives. Where its inputs
 * come from one without an activation in between, there are two ways: to compute them as part of
 * the layer, whose map is then the product of both, or to make values of them that are wide, which
 * costs as much as an activation. The {@link LinearCost} of either way decides: batch
 * normalisations, poolings and shortcuts become part of the layer, and a projection to a few
 * channels that is followed by convolutions of many doesn't.
 */
final class WeightedInputs {
  /** What it takes to make a wide value of a number, of an image of a batch and of one alone. */
  private static final double MADE_NS = 2 * 850;

  /** What one step more takes. */
  private static final double STEP_NS = 100_000;

  /** Sums of so many elements are rounded before a linear layer takes them. */
  private static final int LEAST_SUMMED = 16;

  private final OperationsBuilder operations;
  private final Map<Integer, Integer> widened = new HashMap<>();
  private final Map<Integer, Integer> rounded = new HashMap<>();

  WeightedInputs(OperationsBuilder operations) {
    this.operations = operations;
  }

  /** Can the shares of a value be as wide as it is asked for? */
  private boolean isWide(int value) {
    Op op = operations.of(value);
    if (op instanceof Op.Linear) {
      return false;
    }
    return (!(op instanceof Op.Combine) && !(op instanceof Op.MaxPool))
        || op.inputs().stream().allMatch(this::isWide);
  }

  /**
   * A map with weights applied to an expression.
   *
   * @param input whose result the expression is
   */
  Expression apply(
      AffineMap map,
      Expression inner,
      Node input,
      @Nullable Node node,
      List<String> names,
      long parameters) {
    Expression taken = widened(inner, map);
    if (!map.isMonomial() && isWorthMaking(taken, List.of(map), 0)) {
      taken = made(taken, input);
    }
    Expression wide = rounded(taken);
    Weighted result = null;
    if (!wide.terms().isEmpty()) {
      result = onTerms(map, wide.terms());
    }
    if (wide.weighted() != null) {
      AffineMap product = withoutBias(map).after(wide.weighted().map());
      Weighted after = wide.weighted().with(product);
      result = result == null ? after : Expression.sum(result, after, operations::elements);
    }
    if (result == null) {
      throw new CompileException("%s doesn't depend on any input".formatted(names));
    }
    double[] constants = wide.constants();
    AffineMap total = result.map().plusBias(constants == null ? map.bias() : map.apply(constants));
    List<String> all = new ArrayList<>(result.names());
    all.addAll(names);
    return Expression.of(
        new Weighted(result.values(), total, node, all, result.parameters() + parameters));
  }

  /** The same expression with what sums of many numbers are too fine in rounded. */
  private Expression rounded(Expression expression) {
    if (expression.terms().stream().allMatch(term -> summed(term.value()) < LEAST_SUMMED)) {
      return expression;
    }
    List<Term> terms = new ArrayList<>();
    for (Term term : expression.terms()) {
      int summed = summed(term.value());
      int value =
          summed < LEAST_SUMMED
              ? term.value()
              : rounded.computeIfAbsent(term.value(), v -> round(v, summed));
      terms.add(new Term(value, term.coefficient(), term.exponent(), term.refs()));
    }
    return new Expression(
        expression.elements(), terms, expression.weighted(), expression.constants());
  }

  /**
   * How many elements of hidden values each of a sum's has, if a sum is much smaller than they are.
   */
  private int summed(int value) {
    if (!(operations.of(value) instanceof Op.Combine sum)) {
      return 0;
    }
    long elements = sum.inputs().stream().mapToLong(operations::elements).sum();
    return (int) Math.min(sum.terms().size(), elements / sum.elements());
  }

  private int round(int value, int summed) {
    Op sum = operations.of(value);
    return operations.add(
        new Op.Round(sum.name() + "/rounded", sum.result(), value, sum.elements(), summed));
  }

  private static AffineMap withoutBias(AffineMap map) {
    return map.withBias(new double[map.outputs()]);
  }

  private Weighted onTerms(AffineMap map, List<Term> terms) {
    int elements = map.inputs();
    if (!areApart(terms, elements)) {
      int value = operations.add(new Op.Combine("combine", null, elements, terms, null));
      return new Weighted(List.of(value), withoutBias(map), null, List.of(), 0);
    }
    Set<Integer> values = new LinkedHashSet<>();
    terms.forEach(term -> values.add(term.value()));
    List<Integer> list = List.copyOf(values);
    Map<Integer, Integer> starts = Expression.starts(list, operations::elements);
    int[] refs = new int[elements];
    double[] factors = new double[elements];
    Arrays.fill(refs, AffineMap.ZERO);
    Arrays.fill(factors, 1);
    for (Term term : terms) {
      int start = starts.getOrDefault(term.value(), 0);
      for (int i = 0; i < elements; i++) {
        if (term.refs()[i] != AffineMap.ZERO) {
          refs[i] = start + term.refs()[i];
          factors[i] = Math.scalb((double) term.coefficient(), -term.exponent());
        }
      }
    }
    int inputs = list.stream().mapToInt(operations::elements).sum();
    AffineMap selected = AffineMap.monomial(inputs, refs, factors);
    return new Weighted(list, withoutBias(map).after(selected), null, List.of(), 0);
  }

  /** Does every element come from one term at most? */
  private static boolean areApart(List<Term> terms, int elements) {
    boolean[] taken = new boolean[elements];
    for (Term term : terms) {
      for (int i = 0; i < elements; i++) {
        if (term.refs()[i] != AffineMap.ZERO) {
          if (taken[i]) {
            return false;
          }
          taken[i] = true;
        }
      }
    }
    return true;
  }

  /** What weighted nodes and sums take: a value of an expression, or each the expression. */
  Expression shared(Expression expression, Node node, List<Node> consumers) {
    List<AffineMap> maps = new ArrayList<>();
    for (Node consumer : consumers) {
      if (consumer instanceof WeightedNode weighted) {
        maps.add(WeightedNodes.map(weighted, node.shape()));
      }
    }
    int sums = consumers.size() - maps.size();
    return isWorthMaking(expression, maps, sums) ? made(expression, node) : expression;
  }

  /**
   * Does making a value of an expression cost less than computing it wherever it is taken?
   *
   * @param maps that take it
   * @param sums how many sums take it, too
   */
  private boolean isWorthMaking(Expression expression, List<AffineMap> maps, int sums) {
    if (expression.weighted() == null || expression.weighted().map().isMonomial()) {
      return false;
    }
    double own = LinearCost.of(expression.weighted().map()).nanoseconds();
    double made = own + making(expression.elements());
    double anew = own * sums;
    for (AffineMap map : maps) {
      made += LinearCost.of(map).nanoseconds();
      anew += cost(map, expression);
    }
    return made < anew;
  }

  private static double making(int elements) {
    return STEP_NS + MADE_NS * elements;
  }

  /** What a map of an expression costs if no value is made of it. */
  private static double cost(AffineMap map, Expression expression) {
    double cost = expression.terms().isEmpty() ? 0 : LinearCost.of(map).nanoseconds();
    Weighted weighted = expression.weighted();
    return weighted == null ? cost : cost + map.costAfter(weighted.map()).nanoseconds();
  }

  /** A wide value of an expression, as one. */
  private Expression made(Expression expression, @Nullable Node node) {
    return operations.expression(wide(operations.realize(expression, node)));
  }

  /** The same expression of values that linear layers can take, for this map. */
  private Expression widened(Expression expression, AffineMap map) {
    if (expression.terms().stream().allMatch(term -> isWide(term.value()))) {
      return expression;
    }
    Expression sum =
        new Expression(
            expression.elements(), List.of(), expression.weighted(), expression.constants());
    for (Term term : expression.terms()) {
      sum = sum.plus(widened(term, map), 1, operations::elements);
    }
    return sum;
  }

  /** A value that linear layers can't take is computed anew, or widened. */
  private Expression widened(Term term, AffineMap map) {
    Expression anew = anew(term.value());
    if (anew != null) {
      Expression taken = scaled(anew.gather(term.refs()), term);
      double wide = LinearCost.of(map).nanoseconds() + making(operations.elements(term.value()));
      if (isWide(term.value()) || cost(map, taken) <= wide) {
        return taken;
      }
    }
    Expression wide = operations.expression(wide(term.value()));
    return scaled(wide.gather(term.refs()), term);
  }

  /** A value as an expression of wide ones; null if there is none. */
  private @Nullable Expression anew(int value) {
    if (isWide(value)) {
      return operations.expression(value);
    }
    Integer wide = widened.get(value);
    if (wide != null) {
      return operations.expression(wide);
    }
    Expression origin = operations.originOf(value);
    if (origin == null) {
      return null;
    }
    Expression sum =
        new Expression(origin.elements(), List.of(), origin.weighted(), origin.constants());
    for (Term term : origin.terms()) {
      Expression of = anew(term.value());
      if (of == null) {
        return null;
      }
      sum = sum.plus(scaled(of.gather(term.refs()), term), 1, operations::elements);
    }
    return sum;
  }

  private static Expression scaled(Expression expression, Term by) {
    if (by.coefficient() == 1 && by.exponent() == 0) {
      return expression;
    }
    double factor = Math.scalb((double) by.coefficient(), -by.exponent());
    List<Term> terms = new ArrayList<>();
    for (Term term : expression.terms()) {
      terms.add(
          new Term(
              term.value(),
              Math.multiplyExact(term.coefficient(), by.coefficient()),
              term.exponent() + by.exponent(),
              term.refs()));
    }
    double[] factors = new double[expression.elements()];
    Arrays.fill(factors, factor);
    Weighted weighted = expression.weighted();
    double[] constants = expression.constants();
    return new Expression(
        expression.elements(),
        terms,
        weighted == null ? null : weighted.with(weighted.map().scaledRows(factors)),
        constants == null ? null : Arrays.stream(constants).map(c -> c * factor).toArray());
  }

  /** The value itself if its shares can be wide, else widened. */
  int wide(int value) {
    if (isWide(value)) {
      return value;
    }
    return widened.computeIfAbsent(
        value,
        v -> {
          Op op = operations.of(v);
          return operations.add(new Op.Widen(op.name(), op.result(), v, op.elements()));
        });
  }
}
