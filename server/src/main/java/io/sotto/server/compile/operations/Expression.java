package io.sotto.server.compile.operations;

import io.sotto.graph.Node;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.operations.Op.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a node computes of values that are there already, while nothing has forced it to be a value
 * itself: terms that either party computes alone, a map with weights, and constants.
 *
 * @param terms without weights
 * @param weighted null for none
 * @param constants added to the terms; null for zeros
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; large.
public record Expression(
    int elements, List<Term> terms, @Nullable Weighted weighted, double @Nullable [] constants) {
  /**
   * The part with weights.
   *
   * @param values that the map takes, one after another
   * @param result a node in whose range the part's results lie; null if there is none
   */
  record Weighted(
      List<Integer> values,
      AffineMap map,
      @Nullable Node result,
      List<String> names,
      long parameters) {
    Weighted {
      values = List.copyOf(values);
      names = List.copyOf(names);
    }

    Weighted with(AffineMap other) {
      return new Weighted(values, other, result, names, parameters);
    }

    Weighted of(@Nullable Node node) {
      return new Weighted(values, map, node, names, parameters);
    }
  }

  public static int[] identity(int elements) {
    return IntStream.range(0, elements).toArray();
  }

  static Expression of(int value, int elements) {
    return new Expression(elements, List.of(new Term(value, 1, 0, identity(elements))), null, null);
  }

  static Expression of(Weighted weighted) {
    return new Expression(weighted.map().outputs(), List.of(), weighted, null);
  }

  /** The value that this is without any change, or -1. */
  int asValue(int elementsOfValue) {
    return weighted == null
            && constants == null
            && terms.size() == 1
            && terms.get(0).isIdentity(elementsOfValue)
        ? terms.get(0).value()
        : -1;
  }

  /** Other elements, in another order; nothing where a reference is {@link AffineMap#ZERO}. */
  Expression gather(int[] refs) {
    if (Arrays.equals(refs, identity(elements))) {
      return this;
    }
    List<Term> gathered = new ArrayList<>();
    for (Term term : terms) {
      int[] composed = compose(term.refs(), refs);
      if (Arrays.stream(composed).anyMatch(ref -> ref != AffineMap.ZERO)) {
        gathered.add(new Term(term.value(), term.coefficient(), term.exponent(), composed));
      }
    }
    double[] picked = null;
    if (constants != null) {
      picked = new double[refs.length];
      for (int i = 0; i < refs.length; i++) {
        picked[i] = refs[i] == AffineMap.ZERO ? 0 : constants[refs[i]];
      }
    }
    return new Expression(
        refs.length,
        gathered,
        weighted == null ? null : weighted.with(weighted.map().pick(refs)),
        picked);
  }

  private static int[] compose(int[] inner, int[] outer) {
    int[] composed = new int[outer.length];
    for (int i = 0; i < outer.length; i++) {
      composed[i] = outer[i] == AffineMap.ZERO ? AffineMap.ZERO : inner[outer[i]];
    }
    return composed;
  }

  /** With numbers added. */
  Expression plus(double[] numbers) {
    if (Arrays.stream(numbers).allMatch(number -> number == 0)) {
      return this;
    }
    if (weighted != null) {
      return new Expression(
          elements, terms, weighted.with(weighted.map().plusBias(numbers)), constants);
    }
    return new Expression(elements, terms, null, sum(constants, numbers, 1));
  }

  private static double @Nullable [] sum(double @Nullable [] a, double @Nullable [] b, int sign) {
    if (b == null) {
      return a;
    }
    double[] sum = a == null ? new double[b.length] : a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += sign * b[i];
    }
    return sum;
  }

  /** The sum with, or the difference from, another one. */
  Expression plus(Expression other, int sign, Sizes sizes) {
    List<Term> all = new ArrayList<>(terms);
    for (Term term : other.terms) {
      all.add(new Term(term.value(), sign * term.coefficient(), term.exponent(), term.refs()));
    }
    Weighted both = weighted;
    if (other.weighted != null) {
      Weighted signed = sign == 1 ? other.weighted : negative(other.weighted);
      both = weighted == null ? signed : sum(weighted, signed, sizes);
    }
    return new Expression(elements, all, both, sum(constants, other.constants, sign));
  }

  /** How many elements a value has. */
  @FunctionalInterface
  interface Sizes {
    int of(int value);
  }

  private static Weighted negative(Weighted weighted) {
    double[] factors = new double[weighted.map().outputs()];
    Arrays.fill(factors, -1);
    return weighted.with(weighted.map().scaledRows(factors));
  }

  /** The sum of two maps, over all values that either takes. */
  static Weighted sum(Weighted a, Weighted b, Sizes sizes) {
    List<Integer> values = new ArrayList<>(a.values);
    b.values.stream().filter(value -> !values.contains(value)).forEach(values::add);
    List<String> names = new ArrayList<>(a.names);
    b.names.stream().filter(name -> !names.contains(name)).forEach(names::add);
    return new Weighted(
        values,
        over(values, a, sizes).plus(over(values, b, sizes)),
        null,
        names,
        a.parameters + b.parameters);
  }

  private static AffineMap over(List<Integer> values, Weighted weighted, Sizes sizes) {
    if (weighted.values.equals(values)) {
      return weighted.map;
    }
    Map<Integer, Integer> starts = starts(values, sizes);
    int[] places = new int[weighted.map.inputs()];
    int at = 0;
    for (int value : weighted.values) {
      int start = starts.getOrDefault(value, 0);
      for (int i = 0; i < sizes.of(value); i++) {
        places[at++] = start + i;
      }
    }
    int inputs = values.stream().mapToInt(sizes::of).sum();
    return weighted.map.renumbered(places, inputs);
  }

  /** Where each of some values begins if they are put one after another. */
  static Map<Integer, Integer> starts(List<Integer> values, Sizes sizes) {
    Map<Integer, Integer> starts = new LinkedHashMap<>();
    int at = 0;
    for (int value : values) {
      starts.put(value, at);
      at = Math.addExact(at, sizes.of(value));
    }
    return starts;
  }
}
