package io.sotto.server.compile;

import io.sotto.server.compile.FormatPlanner.Formats;
import io.sotto.server.compile.Op.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Puts the relus of independent branches that have the same format together into one, so that they
 * take the rounds of one. Their inputs are joined and their results cut apart by combinations,
 * which cost nothing on the wire.
 *
 * <p>Two relus are independent if equally many operations lie between each and the inputs, at most:
 * their depth. Operations are sorted by it, combinations after the others.
 */
final class RoundMerger {
  /** Merged relus compare in the bits of the widest; so much wider it may be. */
  private static final int MAX_EXTRA_BITS = 2;

  private final Flow flow;
  private final List<Op> ops = new ArrayList<>();

  /** For each value of the given flow its number in the new one. */
  private final Map<Integer, Integer> numbers = new HashMap<>();

  private RoundMerger(Flow flow) {
    this.flow = flow;
  }

  /** The same flow if there is nothing to merge. */
  static Flow merge(Flow flow, Formats formats) {
    int[] depths = depths(flow);
    List<List<Integer>> groups = groups(flow, formats, depths);
    if (groups.stream().allMatch(group -> group.size() == 1)) {
      return flow;
    }
    return new RoundMerger(flow).run(depths, groups);
  }

  private static int[] depths(Flow flow) {
    int[] depths = new int[flow.ops().size()];
    for (int value = 0; value < depths.length; value++) {
      Op op = flow.ops().get(value);
      for (int input : op.inputs()) {
        depths[value] = Math.max(depths[value], depths[input]);
      }
      depths[value] += op instanceof Op.Combine || op instanceof Op.Input ? 0 : 1;
    }
    return depths;
  }

  /** Relus of one depth, one fraction and about as many bits. */
  private static List<List<Integer>> groups(Flow flow, Formats formats, int[] depths) {
    Map<List<Integer>, List<Integer>> alike = new LinkedHashMap<>();
    for (int value = 0; value < depths.length; value++) {
      if (flow.ops().get(value) instanceof Op.Relu relu) {
        ValueFormat input = formats.values().get(relu.input());
        alike
            .computeIfAbsent(List.of(depths[value], input.fraction()), key -> new ArrayList<>())
            .add(value);
      }
    }
    List<List<Integer>> groups = new ArrayList<>();
    for (List<Integer> relus : alike.values()) {
      int most = relus.stream().mapToInt(relu -> formats.values().get(relu).bits()).max().orElse(0);
      List<Integer> group = new ArrayList<>();
      for (int relu : relus) {
        if (formats.values().get(relu).bits() >= most - MAX_EXTRA_BITS) {
          group.add(relu);
        } else {
          groups.add(List.of(relu));
        }
      }
      groups.add(group);
    }
    return groups;
  }

  private Flow run(int[] depths, List<List<Integer>> groups) {
    Map<Integer, List<Integer>> groupOf = new HashMap<>();
    groups.forEach(group -> groupOf.put(group.get(0), group));
    int deepest = Arrays.stream(depths).max().orElse(0);
    for (int depth = 0; depth <= deepest; depth++) {
      for (boolean combinations : new boolean[] {false, true}) {
        for (int value = 0; value < depths.length; value++) {
          Op op = flow.ops().get(value);
          if (depths[value] == depth && op instanceof Op.Combine == combinations) {
            add(value, op, groupOf);
          }
        }
      }
    }
    List<Flow.Output> outputs =
        flow.outputs().stream()
            .map(
                output ->
                    new Flow.Output(
                        output.name(), number(output.value()), output.shape(), output.activation()))
            .toList();
    return new Flow(ops, outputs);
  }

  private void add(int value, Op op, Map<Integer, List<Integer>> groupOf) {
    if (op instanceof Op.Relu relu) {
      List<Integer> group = groupOf.get(value);
      if (group != null && group.size() == 1) {
        numbers.put(value, add(moved(relu)));
      } else if (group != null) {
        merge(group);
      }
      return;
    }
    numbers.put(value, add(moved(op)));
  }

  private int add(Op op) {
    ops.add(op);
    return ops.size() - 1;
  }

  private int number(int value) {
    Integer number = numbers.get(value);
    if (number == null) {
      throw new IllegalStateException("value " + value + " comes later");
    }
    return number;
  }

  private void merge(List<Integer> group) {
    List<Op.Relu> relus = group.stream().map(value -> (Op.Relu) flow.ops().get(value)).toList();
    int total = relus.stream().mapToInt(Op.Relu::elements).sum();
    String name = relus.stream().map(Op.Relu::name).collect(Collectors.joining("+"));
    List<Term> joined = new ArrayList<>();
    int at = 0;
    for (Op.Relu relu : relus) {
      int[] refs = new int[total];
      Arrays.fill(refs, AffineMap.ZERO);
      for (int i = 0; i < relu.elements(); i++) {
        refs[at++] = i;
      }
      joined.add(new Term(number(relu.input()), 1, 0, refs));
    }
    int input = add(new Op.Combine(name, null, total, joined, null));
    int merged = add(new Op.Relu(name, null, input, total));
    at = 0;
    for (int i = 0; i < group.size(); i++) {
      Op.Relu relu = relus.get(i);
      int first = at;
      int[] refs = new int[relu.elements()];
      Arrays.setAll(refs, element -> first + element);
      at += refs.length;
      numbers.put(
          group.get(i),
          add(
              new Op.Combine(
                  relu.name(),
                  relu.result(),
                  refs.length,
                  List.of(new Term(merged, 1, 0, refs)),
                  null)));
    }
  }

  /** The same operation on the new numbers. */
  private Op moved(Op op) {
    if (op instanceof Op.Linear linear) {
      return new Op.Linear(
          linear.name(),
          linear.result(),
          linear.inputs().stream().map(this::number).toList(),
          linear.map(),
          linear.parameters());
    }
    if (op instanceof Op.Combine sum) {
      List<Term> terms =
          sum.terms().stream()
              .map(t -> new Term(number(t.value()), t.coefficient(), t.exponent(), t.refs()))
              .toList();
      return new Op.Combine(sum.name(), sum.result(), sum.elements(), terms, sum.constants());
    }
    if (op instanceof Op.Relu relu) {
      return new Op.Relu(relu.name(), relu.result(), number(relu.input()), relu.elements());
    }
    if (op instanceof Op.Widen widen) {
      return new Op.Widen(widen.name(), widen.result(), number(widen.input()), widen.elements());
    }
    if (op instanceof Op.MaxPool pool) {
      return new Op.MaxPool(
          pool.name(), pool.result(), number(pool.input()), pool.elements(), pool.poolings());
    }
    if (op instanceof Op.Multiply product) {
      return new Op.Multiply(
          product.name(),
          product.result(),
          number(product.left()),
          number(product.right()),
          product.elements());
    }
    if (op instanceof Op.ArgMax argMax) {
      return new Op.ArgMax(argMax.name(), number(argMax.input()), argMax.rows(), argMax.length());
    }
    return op;
  }
}
