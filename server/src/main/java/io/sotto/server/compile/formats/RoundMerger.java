package io.sotto.server.compile.formats;

import io.sotto.converter.maxpool.Pooling;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Op.Term;
import io.sotto.server.compile.operations.Operations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts relus, poolings or products of independent branches together that have the same format, so
 * that they take the rounds of one. Their inputs are joined and their results cut apart by
 * combinations, which cost nothing on the wire.
 *
 * <p>Two operations are independent if equally many lie between each and the inputs, at most: their
 * depth. Operations are sorted by it, combinations after the others.
 */
final class RoundMerger {
  /** What is merged computes in the bits of the widest; so much wider it may be. */
  private static final int MAX_EXTRA_BITS = 2;

  private final Operations operations;
  private final List<Op> ops = new ArrayList<>();

  /** For each of the given values its number among the new ones. */
  private final Map<Integer, Integer> numbers = new HashMap<>();

  private RoundMerger(Operations operations) {
    this.operations = operations;
  }

  /** The same if there is nothing to merge. */
  static Operations merge(Operations operations, Formats formats) {
    int[] depths = depths(operations);
    List<List<Integer>> groups = groups(operations, formats, depths);
    if (groups.stream().allMatch(group -> group.size() == 1)) {
      return operations;
    }
    return new RoundMerger(operations).run(depths, groups);
  }

  private static int[] depths(Operations operations) {
    int[] depths = new int[operations.count()];
    for (int value = 0; value < depths.length; value++) {
      Op op = operations.of(value);
      for (int input : op.inputs()) {
        depths[value] = Math.max(depths[value], depths[input]);
      }
      depths[value] += op instanceof Op.Combine || op instanceof Op.Input ? 0 : 1;
    }
    return depths;
  }

  /** What may be merged: of one depth and kind, of inputs of one scale and about one width. */
  private static List<List<Integer>> groups(Operations operations, Formats formats, int[] depths) {
    Map<List<Object>, List<Integer>> alike = new LinkedHashMap<>();
    for (int value = 0; value < depths.length; value++) {
      Op op = operations.of(value);
      Object kind = kind(op);
      if (kind != null) {
        List<Integer> fractions = new ArrayList<>();
        for (int input : op.inputs()) {
          fractions.add(formats.values().get(input).fraction());
          fractions.add(formats.halfCells().dropped(input));
        }
        alike
            .computeIfAbsent(List.of(depths[value], kind, fractions), key -> new ArrayList<>())
            .add(value);
      }
    }
    List<List<Integer>> groups = new ArrayList<>();
    for (List<Integer> values : alike.values()) {
      int most = values.stream().mapToInt(v -> formats.values().get(v).bits()).max().orElse(0);
      List<Integer> group = new ArrayList<>();
      for (int value : values) {
        if (formats.values().get(value).bits() >= most - MAX_EXTRA_BITS) {
          group.add(value);
        } else {
          groups.add(List.of(value));
        }
      }
      groups.add(group);
    }
    return groups;
  }

  /** Equal for operations that are one when their inputs are joined; null for what is no work. */
  private static @Nullable Object kind(Op op) {
    if (op instanceof Op.Relu) {
      return Op.Relu.class;
    }
    if (op instanceof Op.Multiply product) {
      return product.inputs().size();
    }
    return op instanceof Op.MaxPool pool
        ? pool.poolings().stream().map(pooling -> pooling.withOuter(1)).toList()
        : null;
  }

  private Operations run(int[] depths, List<List<Integer>> groups) {
    Map<Integer, List<Integer>> groupOf = new HashMap<>();
    groups.forEach(group -> groupOf.put(group.get(0), group));
    int deepest = Arrays.stream(depths).max().orElse(0);
    for (int depth = 0; depth <= deepest; depth++) {
      for (boolean combinations : new boolean[] {false, true}) {
        for (int value = 0; value < depths.length; value++) {
          Op op = operations.of(value);
          if (depths[value] == depth && op instanceof Op.Combine == combinations) {
            add(value, op, groupOf);
          }
        }
      }
    }
    List<Operations.Output> outputs =
        operations.outputs().stream()
            .map(
                output ->
                    new Operations.Output(
                        output.name(), number(output.value()), output.shape(), output.activation()))
            .toList();
    return new Operations(ops, outputs);
  }

  private void add(int value, Op op, Map<Integer, List<Integer>> groupOf) {
    List<Integer> group = groupOf.get(value);
    if (group != null && group.size() > 1) {
      merge(group);
    } else if (group != null || kind(op) == null) {
      numbers.put(value, add(op.on(this::number)));
    }
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
    List<Op> parts = group.stream().map(operations::of).toList();
    String name = parts.stream().map(Op::name).collect(Collectors.joining("+"));
    List<Integer> inputs = new ArrayList<>();
    for (int i = 0; i < parts.get(0).inputs().size(); i++) {
      int place = i;
      inputs.add(join(name, parts.stream().map(part -> part.inputs().get(place)).toList()));
    }
    int merged = add(together(name, parts, inputs));
    int at = 0;
    for (int i = 0; i < group.size(); i++) {
      Op part = parts.get(i);
      int first = at;
      int[] refs = new int[part.elements()];
      Arrays.setAll(refs, element -> first + element);
      at += refs.length;
      numbers.put(
          group.get(i),
          add(
              new Op.Combine(
                  part.name(),
                  part.result(),
                  refs.length,
                  List.of(new Term(merged, 1, 0, refs)),
                  null)));
    }
  }

  /** One value after the other. */
  private int join(String name, List<Integer> values) {
    int total = values.stream().mapToInt(value -> operations.of(value).elements()).sum();
    List<Term> joined = new ArrayList<>();
    int at = 0;
    for (int value : values) {
      int[] refs = new int[total];
      Arrays.fill(refs, AffineMap.ZERO);
      for (int i = 0; i < operations.of(value).elements(); i++) {
        refs[at++] = i;
      }
      joined.add(new Term(number(value), 1, 0, refs));
    }
    return add(new Op.Combine(name, null, total, joined, null));
  }

  private static Op together(String name, List<Op> parts, List<Integer> inputs) {
    int total = parts.stream().mapToInt(Op::elements).sum();
    if (parts.get(0) instanceof Op.MaxPool first) {
      List<Pooling> poolings = new ArrayList<>();
      for (int i = 0; i < first.poolings().size(); i++) {
        int place = i;
        int outer =
            parts.stream().mapToInt(p -> ((Op.MaxPool) p).poolings().get(place).outer()).sum();
        poolings.add(first.poolings().get(i).withOuter(outer));
      }
      return new Op.MaxPool(name, null, inputs.get(0), total, poolings);
    }
    return parts.get(0) instanceof Op.Multiply
        ? new Op.Multiply(name, null, inputs.get(0), inputs.get(inputs.size() - 1), total)
        : new Op.Relu(name, null, inputs.get(0), total);
  }
}
