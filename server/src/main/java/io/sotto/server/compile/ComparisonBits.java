package io.sotto.server.compile;

import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.ServerStep;
import io.sotto.tfimport.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Finds how many bits of its shares a model's comparisons have to look at. A comparison that leaves
 * the t lowest bits out costs t transfers less, and their part of tables or circuits; it may take a
 * value of up to 2^(t-1) units for one of the other sign: too little to matter, or not, which only
 * the model's outputs tell. So they are computed from sample inputs by the plan's twin, with random
 * shares, for fewer and fewer bits.
 */
public final class ComparisonBits {
  /**
   * The largest change of an output that is accepted if nothing else is asked for, of the largest
   * output's magnitude and beyond the unit that roundings change anyway.
   */
  public static final double TOLERANCE = 0.0025;

  /** With fewer, a single rare error would be too large. */
  static final int FEWEST = 8;

  /** Errors are rare: so many values are compared, or the samples so often. */
  private static final long COMPARED_VALUES = 1 << 20;

  private static final int MOST_RUNS = 16;
  private static final long SHARES_SEED = 1;

  private final Graph graph;
  private final Ranges ranges;
  private final List<float[]> inputs;
  private final double tolerance;
  private final List<FixedTensor> exact;
  private final int most;
  private final int runs;

  private ComparisonBits(Graph graph, Ranges ranges, List<float[]> inputs, double tolerance) {
    this.graph = graph;
    this.ranges = ranges;
    this.inputs = inputs;
    this.tolerance = tolerance;
    try (CompiledModel model = compile(FEWEST)) {
      ServerPlan plan = model.plan();
      most = plan.steps().stream().mapToInt(ComparisonBits::compared).max().orElse(0);
      exact = outputs(plan, plan.runTwin(quantized(plan)));
      long images = exact.stream().mapToLong(FixedTensor::images).max().orElse(0);
      long values = plan.steps().stream().mapToLong(ComparisonBits::comparisons).sum() * images;
      runs = (int) Math.min(MOST_RUNS, 1 + COMPARED_VALUES / Math.max(1, values));
    }
  }

  /** Bits that a step could compare. */
  private static int compared(ServerStep step) {
    if (step.spec() instanceof ReluSpec relu) {
      return relu.input().bits();
    }
    return step.spec() instanceof MaxPoolSpec pool ? pool.compareBits() : 0;
  }

  private static long comparisons(ServerStep step) {
    return compared(step) == 0 ? 0 : step.spec().inputs().get(0).elements();
  }

  /** How many bits were tried, and by how much an output changed, of the largest one. */
  public record Trial(int bits, double change, boolean accepted) {}

  /**
   * Tries fewer and fewer bits; if none are accepted, all are needed.
   *
   * @param inputs sample images, an array for each input of the model
   * @param tolerance as {@link #TOLERANCE}
   */
  public static List<Trial> search(
      Graph graph, Ranges ranges, List<float[]> inputs, double tolerance) {
    return new ComparisonBits(graph, ranges, inputs, tolerance).search();
  }

  /** The ranges with the fewest bits that were accepted, if any were. */
  public static Ranges found(Ranges ranges, List<Trial> trials) {
    return trials.stream()
        .filter(Trial::accepted)
        .map(Trial::bits)
        .min(Integer::compare)
        .map(ranges::withComparisonBits)
        .orElse(ranges);
  }

  /** By halving, as fewer bits change more. */
  private List<Trial> search() {
    List<Trial> trials = new ArrayList<>();
    int enough = most;
    int few = FEWEST - 1;
    while (enough - few > 1) {
      Trial trial = attempt((enough + few) / 2);
      trials.add(trial);
      if (trial.accepted()) {
        enough = trial.bits();
      } else {
        few = trial.bits();
      }
    }
    return trials;
  }

  private Trial attempt(int bits) {
    try (CompiledModel model = compile(bits)) {
      ServerPlan plan = model.plan();
      List<FixedTensor> quantized = quantized(plan);
      Random shares = new Random(SHARES_SEED);
      double worst = 0;
      for (int run = 0; run < runs; run++) {
        worst = Math.max(worst, change(outputs(plan, plan.runTwin(quantized, shares))));
      }
      return new Trial(bits, worst, worst <= tolerance);
    }
  }

  private double change(List<FixedTensor> given) {
    double worst = 0;
    for (int i = 0; i < given.size(); i++) {
      long[] expected = exact.get(i).values();
      long[] values = given.get(i).values();
      long largest = 1;
      long change = 0;
      for (int j = 0; j < values.length; j++) {
        largest = Math.max(largest, Math.abs(expected[j]));
        change = Math.max(change, Math.abs(values[j] - expected[j]));
      }
      // A unit is what the roundings of shares change anyway.
      worst = Math.max(worst, (double) Math.max(0, change - 1) / largest);
    }
    return worst;
  }

  private CompiledModel compile(int bits) {
    return ModelCompiler.compile(
        graph, FixedPointSettings.DEFAULTS.withComparisonBits(bits), ranges);
  }

  private List<FixedTensor> quantized(ServerPlan plan) {
    List<FixedTensor> quantized = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      InputSpec input = plan.plan().inputs().get(i);
      quantized.add(input.quantize(inputs.get(i)));
    }
    return quantized;
  }

  private static List<FixedTensor> outputs(ServerPlan plan, List<FixedTensor> values) {
    List<FixedTensor> outputs = new ArrayList<>();
    int first = plan.plan().inputs().size();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i).spec() instanceof RevealSpec) {
        outputs.add(values.get(first + i));
      }
    }
    return outputs;
  }

  /** The first so many images of each input. */
  public static List<float[]> first(Graph graph, List<float[]> inputs, int images) {
    List<float[]> first = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      int elements = graph.inputs().get(i).shape().elements();
      first.add(Arrays.copyOf(inputs.get(i), Math.min(inputs.get(i).length, elements * images)));
    }
    return first;
  }
}
