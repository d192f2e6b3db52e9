package io.sotto.server.compile.operations;

import io.sotto.graph.Node;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.operations.Expression.Weighted;
import io.sotto.server.compile.operations.Op.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a model while it is lowered, and how an {@link Expression} becomes one of their
 * values.
 */
final class OperationsBuilder {
  private final List<Op> ops = new ArrayList<>();

  /** What sums and linear layers were made of. */
  private final Map<Integer, Expression> origins = new HashMap<>();

  List<Op> ops() {
    return ops;
  }

  /** The operation whose result a value is. */
  Op of(int value) {
    return ops.get(value);
  }

  /** The expression that a value was made of; null if it was made of none. */
  @Nullable Expression originOf(int value) {
    return origins.get(value);
  }

  int elements(int value) {
    return ops.get(value).elements();
  }

  /** A value as an expression. */
  Expression expression(int value) {
    return Expression.of(value, elements(value));
  }

  int add(Op op) {
    ops.add(op);
    return ops.size() - 1;
  }

  /** Is no element of a value ever negative? */
  boolean isNotNegative(int value) {
    Op op = ops.get(value);
    if (op instanceof Op.Relu) {
      return true;
    }
    if (op instanceof Op.Combine combine) {
      return combine.constants() == null
          && combine.terms().stream()
              .allMatch(term -> term.coefficient() > 0 && isNotNegative(term.value()));
    }
    return (op instanceof Op.MaxPool pool && isNotNegative(pool.input()))
        || (op instanceof Op.Round round && isNotNegative(round.input()));
  }

  /**
   * Makes a value of an expression.
   *
   * @param node the expression's result, or a node in whose range it lies; null if there is none
   */
  int realize(Expression expression, @Nullable Node node) {
    if (expression.terms().size() == 1) {
      int value = expression.asValue(elements(expression.terms().get(0).value()));
      if (value >= 0) {
        return value;
      }
    }
    Weighted weighted = expression.weighted();
    int value =
        weighted == null
            ? sum(expression, expression.terms(), expression.constants(), node)
            : realize(expression, weighted, node);
    origins.put(value, expression);
    return value;
  }

  private int sum(
      Expression expression, List<Term> terms, double @Nullable [] constants, @Nullable Node node) {
    String name = node == null ? "combine" : node.name();
    return add(new Op.Combine(name, node, expression.elements(), terms, constants));
  }

  /** A linear layer of what depends on inputs at all, and a sum with the rest if there is any. */
  private int realize(Expression expression, Weighted weighted, @Nullable Node node) {
    boolean[] computed = weighted.map().computed();
    int[] rows = IntStream.range(0, computed.length).filter(i -> computed[i]).toArray();
    boolean whole = rows.length == computed.length;
    boolean alone = whole && expression.terms().isEmpty() && expression.constants() == null;
    List<Term> terms = new ArrayList<>(expression.terms());
    if (rows.length > 0) {
      AffineMap map = whole ? weighted.map() : weighted.map().pick(rows);
      int layer = linear(weighted.with(map), alone && node != null ? node : weighted.result());
      if (alone) {
        return layer;
      }
      terms.add(0, new Term(layer, 1, 0, places(rows, computed.length)));
    }
    double[] constants =
        expression.constants() == null
            ? new double[computed.length]
            : expression.constants().clone();
    for (int i = 0; i < computed.length; i++) {
      constants[i] += computed[i] ? 0 : weighted.map().bias()[i];
    }
    boolean none = Arrays.stream(constants).allMatch(constant -> constant == 0);
    return sum(expression, terms, none ? null : constants, node);
  }

  /** Where each of some elements is among these: at nothing if it is none of them. */
  private static int[] places(int[] some, int elements) {
    int[] places = new int[elements];
    Arrays.fill(places, AffineMap.ZERO);
    for (int i = 0; i < some.length; i++) {
      places[some[i]] = i;
    }
    return places;
  }

  /** A linear layer; of its inputs only what it uses. */
  private int linear(Weighted weighted, @Nullable Node node) {
    boolean[] used = weighted.map().used();
    int[] places = new int[used.length];
    List<Integer> inputs = new ArrayList<>();
    int at = 0;
    int count = 0;
    for (int value : weighted.values()) {
      int size = elements(value);
      int[] refs = new int[size];
      int taken = 0;
      for (int i = 0; i < size; i++) {
        if (used[at + i]) {
          refs[taken++] = i;
          places[at + i] = count++;
        }
      }
      at += size;
      if (taken == size) {
        inputs.add(value);
      } else if (taken > 0) {
        Op op = ops.get(value);
        inputs.add(
            add(
                new Op.Combine(
                    op.name(),
                    op.result(),
                    taken,
                    List.of(new Term(value, 1, 0, Arrays.copyOf(refs, taken))),
                    null)));
      }
    }
    AffineMap map =
        count == used.length ? weighted.map() : weighted.map().renumbered(places, count);
    String name = weighted.names().isEmpty() ? "identity" : String.join("+", weighted.names());
    return add(new Op.Linear(name, node, inputs, map, weighted.parameters()));
  }
}
