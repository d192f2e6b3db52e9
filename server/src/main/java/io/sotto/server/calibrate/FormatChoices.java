package io.sotto.server.calibrate;

import io.sotto.server.compile.formats.Formats;
import io.sotto.server.compile.formats.LinearFormat;
import io.sotto.server.compile.operations.Op;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.model.Ranges;
import io.sotto.server.model.Ranges.InputBits;
import io.sotto.server.model.Ranges.LayerBits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What can be chosen of a model's formats: for each linear layer the fraction bits of its weights,
 * and for each scale those of its values. Values that are summed, compared or taken as they are
 * have one scale.
 *
 * <p>A choice is a number of bits for each of these more, or fewer, than generous ones.
 */
final class FormatChoices {
  /** Of the largest of a scale's values, below its highest bit. */
  private static final int VALUE_BITS = 12;

  /** Of a layer's largest weight. */
  private static final int WEIGHT_BITS = 11;

  private static final int MOST_FRACTION = 22;

  /** Something to be chosen: the layers whose weights, or the layers and inputs whose values. */
  record Choice(boolean weights, List<String> layers, List<String> inputs, int base) {
    /** The fraction for so many bits more. */
    int fraction(int more) {
      return Math.max(weights ? 1 : 0, Math.min(MOST_FRACTION, base + more));
    }
  }

  private final Ranges ranges;
  private final Map<String, Double> limits;

  /** Those that get and lose bits together are one choice. */
  private final List<List<Choice>> choices;

  private FormatChoices(Ranges ranges, Map<String, Double> limits, List<List<Choice>> choices) {
    this.ranges = ranges;
    this.limits = limits;
    this.choices = List.copyOf(choices);
  }

  /**
   * The choices for a model.
   *
   * @param formats what the settings give its values
   * @param limits of its inputs
   */
  static FormatChoices of(
      Operations operations, Formats formats, Ranges ranges, Map<String, Double> limits) {
    Map<String, LinearFormat> given = new HashMap<>();
    formats.linear().values().forEach(format -> given.put(format.layer().name(), format));
    int[] scales = scales(operations);
    Map<Integer, Scale> byScale = new TreeMap<>();
    Map<String, Choice> weights = new LinkedHashMap<>();
    for (int value = 0; value < scales.length; value++) {
      Op op = operations.of(value);
      if (op instanceof Op.Input input) {
        Double limit = limits.get(input.name());
        byScale
            .computeIfAbsent(scales[value], key -> new Scale())
            .input(input.name(), limit == null ? 1 : limit);
      } else if (op instanceof Op.Linear layer && given.get(layer.name()) != null) {
        byScale
            .computeIfAbsent(scales[value], key -> new Scale())
            .layer(Objects.requireNonNull(given.get(layer.name())), formats.of(value).magnitude());
        weights.put(layer.name(), ofWeights(layer));
      }
    }
    boolean[] factors = factors(operations, scales);
    List<Choice> choices = new ArrayList<>(weights.values());
    byScale.forEach((scale, of) -> choices.add(of.choice(factors[scale])));
    return new FormatChoices(ranges, limits, choices.stream().map(List::of).toList());
  }

  /** Are some tied together? */
  boolean isGrouped() {
    return choices.stream().anyMatch(group -> group.size() > 1);
  }

  /**
   * So many choices at most, for models in which each takes long to try: layers that follow each
   * other are one, their weights and their values apart.
   */
  FormatChoices grouped(int most) {
    if (choices.size() <= most) {
      return this;
    }
    List<List<Choice>> groups = new ArrayList<>();
    for (boolean weights : new boolean[] {true, false}) {
      List<Choice> some =
          choices.stream().flatMap(List::stream).filter(c -> c.weights() == weights).toList();
      int count = Math.min(some.size(), Math.max(1, most / 2));
      for (int i = 0; i < count; i++) {
        groups.add(some.subList(i * some.size() / count, (i + 1) * some.size() / count));
      }
    }
    return new FormatChoices(ranges, limits, groups);
  }

  private static Choice ofWeights(Op.Linear layer) {
    double largest = layer.map().maxWeight();
    int base = largest == 0 ? 1 : WEIGHT_BITS - 1 - Math.getExponent(largest);
    return new Choice(true, List.of(layer.name()), List.of(), base);
  }

  /** The scales whose values are multiplied. */
  private static boolean[] factors(Operations operations, int[] scales) {
    boolean[] factors = new boolean[scales.length];
    for (Op op : operations.all()) {
      if (op instanceof Op.Multiply product) {
        product.inputs().forEach(input -> factors[scales[input]] = true);
      }
    }
    return factors;
  }

  /** What has one scale. */
  private static final class Scale {
    private final List<String> layers = new ArrayList<>();
    private final List<String> inputs = new ArrayList<>();
    private double largest;
    private int given;

    void input(String name, double limit) {
      inputs.add(name);
      largest = Math.max(largest, limit);
    }

    /** Of results that nobody saw alone, as parts of sums are, the bound may be far too large. */
    void layer(LinearFormat format, double magnitude) {
      layers.add(format.layer().name());
      largest = Math.max(largest, Math.min(format.expected(), magnitude));
      given = Math.max(given, format.outputFraction());
    }

    /** Values that are multiplied keep to what the settings give. */
    Choice choice(boolean factor) {
      int base = largest == 0 ? given : VALUE_BITS - 1 - Math.getExponent(largest);
      return new Choice(false, List.copyOf(layers), List.copyOf(inputs), factor ? given : base);
    }
  }

  /** For each value the first one that has the same scale. */
  private static int[] scales(Operations operations) {
    int[] scales = new int[operations.count()];
    for (int value = 0; value < scales.length; value++) {
      scales[value] = value;
      Op op = operations.of(value);
      boolean passes =
          op instanceof Op.Combine
              || op instanceof Op.Relu
              || op instanceof Op.MaxPool
              || op instanceof Op.Widen;
      if (passes) {
        for (int input : op.inputs()) {
          join(scales, scales[input], scales[value]);
        }
      }
    }
    return scales;
  }

  private static void join(int[] scales, int one, int other) {
    int first = Math.min(one, other);
    for (int i = 0; i < scales.length; i++) {
      if (scales[i] == one || scales[i] == other) {
        scales[i] = first;
      }
    }
  }

  int count() {
    return choices.size();
  }

  /** What the planner is told, for so many bits more of each choice. */
  Ranges ranges(int[] more) {
    Map<String, Integer> values = new HashMap<>();
    Map<String, Integer> weights = new HashMap<>();
    Map<String, InputBits> inputs = new HashMap<>();
    for (int i = 0; i < more.length; i++) {
      for (Choice choice : choices.get(i)) {
        int fraction = choice.fraction(more[i]);
        Map<String, Integer> of = choice.weights() ? weights : values;
        choice.layers().forEach(layer -> of.put(layer, fraction));
        for (String input : choice.inputs()) {
          Double limit = limits.get(input);
          inputs.put(input, new InputBits(limit == null ? 1 : limit, fraction));
        }
      }
    }
    Map<String, LayerBits> layers = new HashMap<>();
    weights.forEach(
        (layer, fraction) ->
            layers.put(layer, new LayerBits(values.getOrDefault(layer, fraction), fraction)));
    return ranges.withInputs(inputs).withLayers(layers);
  }
}
