package io.sotto.server.compile.operations;

import io.sotto.graph.Node;
import io.sotto.server.compile.affine.AffineMap;
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
 * come from one without an activation in between, there are two ways: to compute them anew as part
 * of the layer, which encrypts what they are computed from, or to widen them, which costs as much
 * as an activation.
 */
final class WeightedInputs {
  /** What widening an element costs, in elements that are encrypted. */
  static final int WIDENING = 8;

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

  /** A map with weights applied to an expression. */
  Expression apply(
      AffineMap map, Expression inner, @Nullable Node node, List<String> names, long parameters) {
    Expression wide = rounded(widened(inner));
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

  /** The same expression of values that linear layers can take. */
  private Expression widened(Expression expression) {
    if (expression.terms().stream().allMatch(term -> isWide(term.value()))) {
      return expression;
    }
    Expression sum =
        new Expression(
            expression.elements(), List.of(), expression.weighted(), expression.constants());
    for (Term term : expression.terms()) {
      Expression of =
          isWide(term.value())
              ? Expression.of(term.value(), operations.elements(term.value()))
              : widened(term.value());
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

  /** A value that linear layers can't take, as an expression of others or widened. */
  private Expression widened(int value) {
    Expression origin = operations.originOf(value);
    if (origin != null && !widened.containsKey(value)) {
      Expression wide = widened(origin);
      Set<Integer> sources = new LinkedHashSet<>();
      wide.terms().forEach(term -> sources.add(term.value()));
      if (wide.weighted() != null) {
        sources.addAll(wide.weighted().values());
      }
      long cost = sources.stream().mapToLong(operations::elements).sum();
      if (cost <= (long) WIDENING * operations.elements(value)) {
        return wide;
      }
    }
    int wide = wide(value);
    return Expression.of(wide, operations.elements(wide));
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
