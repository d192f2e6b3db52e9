package io.sotto.server.compile.formats;

import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Op.Term;
import io.sotto.server.compile.operations.Operations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values stay in half cells, as linear layers give them: those that only relus and widenings
 * take, which drop bits anyway, and those that sums take which only these take. All others are
 * truncated to exact shares first.
 *
 * <p>A sum in half cells may take several linear layers' results of one scale, as long as no
 * element has two of them, and exact values.
 */
public final class HalfCells {
  /** An exact value in a sum is multiplied by at most this power of two. */
  private static final int MAX_SHIFT = 20;

  private final Operations operations;
  private final List<ValueFormat> values;
  private final Map<Integer, LinearFormat> linear;
  private final List<List<Op>> consumers = new ArrayList<>();
  private final Set<Integer> revealed = new HashSet<>();

  /** For each value in half cells the fraction bits of its products. */
  private final Map<Integer, Integer> productFractions = new HashMap<>();

  /** For each sum in half cells those of its terms that are. */
  private final Map<Integer, Set<Integer>> terms = new HashMap<>();

  private HalfCells(
      Operations operations, List<ValueFormat> values, Map<Integer, LinearFormat> linear) {
    this.operations = operations;
    this.values = values;
    this.linear = linear;
  }

  static HalfCells of(
      Operations operations, List<ValueFormat> values, Map<Integer, LinearFormat> linear) {
    HalfCells halfCells = new HalfCells(operations, values, linear);
    halfCells.find();
    return halfCells;
  }

  private void find() {
    operations.all().forEach(op -> consumers.add(new ArrayList<>()));
    operations.all().forEach(op -> op.inputs().forEach(input -> consumers.get(input).add(op)));
    operations.outputs().forEach(output -> revealed.add(output.value()));
    for (int value = 0; value < operations.count(); value++) {
      if (operations.of(value) instanceof Op.Combine sum && isDropped(value, null)) {
        sum(value, sum);
      }
    }
    linear.forEach(
        (value, format) -> {
          if (isDropped(value, null)) {
            productFractions.put(value, format.productFraction());
          }
        });
  }

  /** Is a value, but for a sum, taken only by what drops bits? */
  private boolean isDropped(int value, Op.@Nullable Combine sum) {
    return !revealed.contains(value)
        && !consumers.get(value).isEmpty()
        && consumers.get(value).stream()
            .allMatch(op -> op == sum || op instanceof Op.Relu || op instanceof Op.Widen);
  }

  private void sum(int value, Op.Combine sum) {
    boolean[] taken = new boolean[sum.elements()];
    Set<Integer> inHalfCells = new HashSet<>();
    int fraction = -1;
    for (int input : sum.inputs()) {
      LinearFormat format = linear.get(input);
      if (format == null
          || !isDropped(input, sum)
          || (fraction >= 0 && fraction != format.productFraction())
          || !takesOnce(sum, input, taken)) {
        continue;
      }
      fraction = format.productFraction();
      inHalfCells.add(input);
    }
    if (inHalfCells.isEmpty() || !fits(value, sum, inHalfCells, fraction)) {
      return;
    }
    terms.put(value, inHalfCells);
    productFractions.put(value, fraction);
    int products = fraction;
    inHalfCells.forEach(input -> productFractions.put(input, products));
  }

  /** Does a sum take an input's elements as they are, and where nothing else in half cells is? */
  private static boolean takesOnce(Op.Combine sum, int input, boolean[] taken) {
    boolean[] with = taken.clone();
    for (Term term : sum.terms()) {
      if (term.value() != input) {
        continue;
      }
      if (term.coefficient() != 1 || term.exponent() != 0) {
        return false;
      }
      for (int i = 0; i < with.length; i++) {
        if (term.refs()[i] != AffineMap.ZERO) {
          if (with[i]) {
            return false;
          }
          with[i] = true;
        }
      }
    }
    System.arraycopy(with, 0, taken, 0, with.length);
    return true;
  }

  private boolean fits(int value, Op.Combine sum, Set<Integer> inHalfCells, int fraction) {
    return fraction >= values.get(value).fraction()
        && sum.terms().stream()
            .filter(term -> !inHalfCells.contains(term.value()))
            .mapToInt(term -> fraction - values.get(term.value()).fraction() - term.exponent())
            .allMatch(shift -> shift >= 0 && shift <= MAX_SHIFT);
  }

  /** Does a value stay as a linear layer gives it? */
  public boolean contains(int value) {
    return productFractions.containsKey(value);
  }

  /** The fraction bits of a value in half cells. */
  public int productFraction(int value) {
    Integer fraction = productFractions.get(value);
    if (fraction == null) {
      throw new IllegalStateException("value " + value + " is exact");
    }
    return fraction;
  }

  /** Low bits of a value that whoever takes it drops: none of exact ones. */
  public int dropped(int value) {
    return contains(value) ? productFraction(value) - values.get(value).fraction() : 0;
  }
}
